"""What calls are: collectors made and used, functions of the script, functions of libraries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Optional

from .facts import (
    COLLECTOR_PARAMETERS,
    OLD_PARAMETER,
    UNUSED_PARAMETERS,
    CollectorCall,
    Construction,
    Import,
    ImportForm,
    Mutation,
    NamedCall,
)
from .library import result_of, result_of_method
from .tables import COLLECTOR_CLASSES, Look
from .values import UNKNOWN, Kind, Value, named

Evaluate = Callable[[Look, Optional[ast.AST]], Value]

DEPLOYMENT_KEYWORDS = frozenset({"collect_model_data", "enable_data_collection"})
_BUILTINS = frozenset(
    {"__import__", "bool", "bytes", "dict", "float", "format", "getattr", "int", "len", "list"}
    | {"print", "range", "repr", "reversed", "set", "sorted", "str", "tuple"}
)
_IN_PLACE = frozenset({"append", "clear", "extend", "fill", "insert", "remove", "sort", "update"})
_IMPORTERS = frozenset({"importlib.import_module", "__import__"})
_PARTIAL = "functools.partial"


class _Arguments(NamedTuple):
    positions: tuple[Value, ...]
    keywords: Mapping[str, Value]
    is_partial: bool


def call_value(look: Look, node: ast.Call, evaluate: Evaluate) -> Value:
    """Return what a call returns, noting what it does with collectors.

    Args:
        look: where the call stands.
        node: the call.
        evaluate: returns what an expression is.
    """
    if isinstance(node.func, ast.Attribute):
        return _method_call(look, node, node.func, evaluate)
    function = evaluate(look, node.func)
    if isinstance(node.func, ast.Name) and function == UNKNOWN:
        function = _builtin(node.func.id)
    arguments = _arguments(look, node, evaluate, is_printed=function.name == "print")
    return _function_call(look, node, function, arguments)


def _method_call(look: Look, node: ast.Call, func: ast.Attribute, evaluate: Evaluate) -> Value:
    base = evaluate(look, func.value)
    arguments = _arguments(look, node, evaluate)
    if base.collectors:
        return _collector_call(look, node, func.attr, base, arguments)
    if base.kind is Kind.NAMED:
        function = named(f"{base.name}.{func.attr}")
        called = _function_call(look, node, function, arguments)
        if called != named(f"{function.name}()"):
            return called
        return result_of_method(base, func.attr, arguments.positions, arguments.keywords)
    _note_deployment(look, node, "", func.attr, arguments)
    _note_mutation(look, node, func, arguments)
    known = look.tables.attributes.get(func.attr)
    if known is not None and known.collectors:
        return _function_call(look, node, known, arguments)
    method = look.tables.methods.get(func.attr)
    if method is not None and base.kind in (Kind.UNKNOWN, Kind.CLASS):
        own = (UNKNOWN,) if _is_given_itself(method, base) else ()
        _bind_parameters(look, method, (*own, *arguments.positions), arguments.keywords)
        returned = look.tables.returns.get(id(method), UNKNOWN)
        if returned != UNKNOWN:
            return returned
    return result_of_method(base, func.attr, arguments.positions, arguments.keywords)


def _is_given_itself(method: ast.AST, base: Value) -> bool:
    """Return whether a method gets its object or class before the arguments of the call."""
    decorators = getattr(method, "decorator_list", ())
    names = {one.id for one in decorators if isinstance(one, ast.Name)}
    return "classmethod" in names or not (base.kind is Kind.CLASS or "staticmethod" in names)


def _function_call(look: Look, node: ast.Call, function: Value, arguments: _Arguments) -> Value:
    if function.collectors:
        return _collector_call(look, node, "", function, arguments)
    if function.kind is Kind.NAMED:
        return _imported_call(look, node, function.name, arguments)
    definition = look.function_of(function)
    if definition is None:
        _note_deployment(look, node, "", "", arguments)
        return UNKNOWN
    if isinstance(definition, ast.ClassDef):
        for part in definition.body:
            if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                _bind_parameters(look, part, (UNKNOWN, *arguments.positions), arguments.keywords)
        return UNKNOWN
    _bind_parameters(look, definition, arguments.positions, arguments.keywords)
    return look.tables.returns.get(id(definition), UNKNOWN)


def _imported_call(look: Look, node: ast.Call, name: str, arguments: _Arguments) -> Value:
    if name in COLLECTOR_CLASSES:
        return _construction(look, node, arguments)
    if (
        name == _PARTIAL
        and arguments.positions
        and arguments.positions[0].name in COLLECTOR_CLASSES
    ):
        # Made once for each call of the partial; for the rules one stands for all.
        rest = _Arguments(arguments.positions[1:], arguments.keywords, True)
        made = _construction(look, node, rest)
        return Value(Kind.FUNCTION, function=_returning(look, node, made))
    if name in _IMPORTERS:
        return _dynamic_import(look, node, name, arguments)
    method = name.rpartition(".")[2]
    _note_deployment(look, node, name, method, arguments)
    if name.startswith("azureml.") and not arguments.keywords.keys() & DEPLOYMENT_KEYWORDS:
        look.facts.named_calls.append(NamedCall(name, method, arguments.keywords, look.place(node)))
    return result_of(name, arguments.positions, arguments.keywords)


def _returning(look: Look, node: ast.Call, value: Value) -> ast.AST:
    look.tables.add_return(id(node), value)
    return node


def _construction(look: Look, node: ast.Call, arguments: _Arguments) -> Value:
    given = dict(zip(COLLECTOR_PARAMETERS, arguments.positions))
    unknown = []
    for name, value in arguments.keywords.items():
        if name in COLLECTOR_PARAMETERS or name == OLD_PARAMETER:
            given[name] = value
        elif name not in UNUSED_PARAMETERS:
            unknown.append(name)
    extra = max(0, len(arguments.positions) - len(COLLECTOR_PARAMETERS))
    made = look.tables.construction(
        node, Construction(look.place(node), given, tuple(unknown), extra, arguments.is_partial)
    )
    look.facts.constructions.append(made)
    return Value(Kind.COLLECTOR, collectors=(made,))


def _collector_call(
    look: Look, node: ast.Call, method: str, base: Value, arguments: _Arguments
) -> Value:
    first = node.args[0] if node.args else None
    if first is None:
        first = next((word.value for word in node.keywords if word.arg == "input_data"), None)
    called = CollectorCall(
        method,
        base.collectors,
        arguments.positions,
        arguments.keywords,
        arguments.is_partial,
        look.uses.get(id(node), look.use),
        look.functions[-1],
        tuple(look.branches),
        first.id if isinstance(first, ast.Name) else "",
        look.place(node),
    )
    look.facts.calls.append(called)
    if method == "collect":
        is_inputs = any(made.designation in ("inputs", None) for made in base.collectors)
        return Value(Kind.CORRELATIONS) if is_inputs else Value(Kind.NONE)
    if method == "add_correlations":
        return called.data._replace(is_correlated=True, items=None, width=None)
    return UNKNOWN


def _dynamic_import(look: Look, node: ast.Call, name: str, arguments: _Arguments) -> Value:
    module = arguments.positions[0].constant if arguments.positions else None
    if not isinstance(module, str):
        return UNKNOWN
    place = look.place(node)
    guarded = look.guards > 0
    look.facts.imports.append(Import(module, None, ImportForm.DYNAMIC, guarded, place))
    whole = name == "__import__" and "fromlist" not in arguments.keywords
    whole = whole and len(arguments.positions) < 4
    return named(module.partition(".")[0] if whole else module)


def _arguments(
    look: Look, node: ast.Call, evaluate: Evaluate, is_printed: bool = False
) -> _Arguments:
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
    return _Arguments(tuple(positions), keywords, is_partial)


def _bind_parameters(
    look: Look, function: ast.AST, positions: tuple[Value, ...], keywords: Mapping[str, Value]
) -> None:
    signature: Any = getattr(function, "args", None)
    if not isinstance(signature, ast.arguments):
        return
    names = [argument.arg for argument in (*signature.posonlyargs, *signature.args)]
    for name, value in zip(names, positions):
        look.tables.add_argument(function, name, value)
    for name in (*names, *(argument.arg for argument in signature.kwonlyargs)):
        if name in keywords:
            look.tables.add_argument(function, name, keywords[name])


def _note_deployment(
    look: Look, node: ast.Call, name: str, method: str, arguments: _Arguments
) -> None:
    if arguments.keywords.keys() & DEPLOYMENT_KEYWORDS:
        look.facts.named_calls.append(NamedCall(name, method, arguments.keywords, look.place(node)))


def _note_mutation(look: Look, node: ast.Call, func: ast.Attribute, arguments: _Arguments) -> None:
    if not isinstance(func.value, ast.Name):
        return
    in_place = arguments.keywords.get("inplace")
    if func.attr in _IN_PLACE or (in_place is not None and in_place.constant is True):
        place = look.place(node)
        look.facts.mutations.append(Mutation(func.value.id, look.functions[-1], place))


def _builtin(name: str) -> Value:
    return named(name) if name in _BUILTINS else UNKNOWN
