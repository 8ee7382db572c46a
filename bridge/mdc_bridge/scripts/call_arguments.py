"""Arguments of calls: what is handed over, and to which parameters."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Optional

from .tables import Look
from .values import UNKNOWN, Value, ValueKind

Evaluate = Callable[[Look, Optional[ast.AST]], Value]


class Arguments(NamedTuple):
    """What a call hands over.

    Attributes:
        positions: by position.
        keywords: by name.
        is_partial: `*args` or `**kwargs` give more than can be seen.
    """

    positions: tuple[Value, ...]
    keywords: Mapping[str, Value]
    is_partial: bool

    @property
    def values(self) -> tuple[Value, ...]:
        """All that can be seen."""
        return (*self.positions, *self.keywords.values())


def arguments_of(
    look: Look, node: ast.Call, evaluate: Evaluate, is_printed: bool = False
) -> Arguments:
    """Return the arguments of a call, evaluated in their order.

    Args:
        look: where the call stands.
        node: the call.
        evaluate: returns what an expression is.
        is_printed: results of calls among the arguments are printed.
    """
    positions = []
    keywords: dict[str, Value] = {}
    is_partial = False
    for argument in node.args:
        if is_printed:
            look.uses[id(argument)] = "printed"
        value = evaluate(look, argument)
        if not isinstance(argument, ast.Starred):
            positions.append(value)
        elif value.items is not None:
            positions.extend(value.items)
        else:
            is_partial = True
            break
    for keyword in node.keywords:
        value = evaluate(look, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif value.entries is not None:
            keywords.update({str(key): entry for key, entry in value.entries.items()})
        else:
            is_partial = True
    return Arguments(tuple(positions), keywords, is_partial)


def argument_node(node: ast.Call, *names: str) -> Optional[ast.expr]:
    """Return the expression of the first argument, or of the first of some keywords."""
    named = (word.value for word in node.keywords if word.arg in names)
    return next(iter(node.args), None) or next(named, None)


def bind_parameters(
    look: Look, function: ast.AST, positions: tuple[Value, ...], keywords: Mapping[str, Value]
) -> None:
    """Note what a function of the script is called with."""
    signature: Any = getattr(function, "args", None)
    if not isinstance(signature, ast.arguments):
        return
    names = [argument.arg for argument in (*signature.posonlyargs, *signature.args)]
    for name, value in zip(names, positions):
        look.tables.add_argument(function, name, value)
    for name in (*names, *(argument.arg for argument in signature.kwonlyargs)):
        if name in keywords:
            look.tables.add_argument(function, name, keywords[name])


def own_arguments(method: ast.AST, base: Value) -> tuple[Value, ...]:
    """Return what a method gets before the arguments of the call: its object or class."""
    names = decorators_of(method)
    is_given = "classmethod" in names or not (
        base.kind is ValueKind.CLASS or "staticmethod" in names
    )
    return (UNKNOWN,) if is_given else ()


def decorators_of(function: ast.AST) -> set[str]:
    """Return the names of a function's decorators, without their modules."""
    decorators = getattr(function, "decorator_list", ())
    return {ast.unparse(each).rpartition(".")[2] for each in decorators}
