"""What the expressions of deployment code are worth, without running it."""

from __future__ import annotations

import ast
import operator
import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

from ..scripts.sources import Source
from .seen import (
    UNSEEN,
    Call,
    Members,
    Name,
    ResultPart,
    Returning,
    Unknown,
    Variables,
    is_plain,
    maker_of,
    of_table,
    table_of,
)

_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_TABLES = ("dict", "vars", "dataclasses.asdict", "collections.OrderedDict")
_VERSIONS = ("create_version", "update_version", "delete_version")
_TEXT_METHODS = ("format", "lower", "upper", "strip")
# A width in a format may ask for more text than there is memory.
_WIDTH = re.compile(r"%[^%\w]*\d|\{[^}]*:")
_LONGEST = 100_000


class Evaluation:
    """Evaluates expressions, and keeps the calls on the way.

    Attributes:
        calls: of imported things, in their order.
        source: that the expressions stand in.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.source = Source("", "")
        # A call is evaluated once, however often its value is asked for.
        self._values: dict[ast.Call, Any] = {}

    def value(self, node: Optional[ast.expr], scope: Variables) -> Any:
        """Return a constant, list or dict of values, `Name`, `Call`, `ResultPart` or `Unknown`."""
        if node is None:
            return None
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.value(child, scope)
        value = UNSEEN if method is None else method(node, scope)
        return self.unknown(node) if value is UNSEEN else value

    def forget(self, statements: Sequence[ast.stmt]) -> None:
        """Make calls in statements anew, when they are followed again."""
        for statement in statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    self._values.pop(node, None)

    def unknown(self, node: ast.expr | ast.stmt) -> Unknown:
        """Return that of an expression no more is known than its text."""
        return Unknown(ast.unparse(node), self._place(node))

    def _place(self, node: ast.expr | ast.stmt) -> str:
        line = f"line {self.source.first_line + node.lineno - 1}"
        return line if self.source.cell is None else f"cell {self.source.cell}, {line}"

    def _constant(self, node: ast.Constant, _: Variables) -> Any:
        return node.value

    def _name(self, node: ast.Name, scope: Variables) -> Any:
        return scope.get(node.id, UNSEEN)

    def _await(self, node: ast.Await, scope: Variables) -> Any:
        return self.value(node.value, scope)

    def _list(self, node: ast.List | ast.Tuple, scope: Variables) -> Any:
        return [self.value(item, scope) for item in node.elts]

    _tuple = _list

    def _dict(self, node: ast.Dict, scope: Variables) -> Any:
        keys = [self.value(key, scope) if key is not None else None for key in node.keys]
        values = [self.value(value, scope) for value in node.values]
        table: dict[Any, Any] = {}
        for key, value, written in zip(keys, values, node.keys):
            if written is None and isinstance(value, dict):
                table.update(value)
            elif isinstance(key, (str, int)):
                table[key] = value
            else:
                return UNSEEN
        return table

    def _joinedstr(self, node: ast.JoinedStr, scope: Variables) -> Any:
        parts = [self.value(part, scope) for part in node.values]
        return "".join(map(str, parts)) if all(map(is_plain, parts)) else UNSEEN

    def _formattedvalue(self, node: ast.FormattedValue, scope: Variables) -> Any:
        value = self.value(node.value, scope)
        return value if node.format_spec is None and node.conversion == -1 else UNSEEN

    def _unaryop(self, node: ast.UnaryOp, scope: Variables) -> Any:
        value = self.value(node.operand, scope)
        if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
            return -value
        if isinstance(node.op, ast.Not) and isinstance(value, bool):
            return not value
        return UNSEEN

    def _binop(self, node: ast.BinOp, scope: Variables) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if isinstance(left, list) and isinstance(right, list) and isinstance(node.op, ast.Add):
            return left + right if len(left) + len(right) < _LONGEST else UNSEEN
        if isinstance(left, dict) and isinstance(right, dict) and isinstance(node.op, ast.BitOr):
            return {**left, **right}
        work = _OPERATORS.get(type(node.op))
        if work is None or not is_plain(left):
            return UNSEEN
        are_numbers = all(isinstance(each, (int, float)) for each in (left, right))
        if isinstance(node.op, ast.Mult) and not are_numbers:
            return UNSEEN  # repeated text may be longer than memory
        if isinstance(left, str) and isinstance(node.op, ast.Mod) and _WIDTH.search(left):
            return UNSEEN
        try:
            result = work(left, tuple(right) if isinstance(right, list) else right)
            return result if len(str(result)) < _LONGEST else UNSEEN
        except (TypeError, ValueError, ArithmeticError):
            return UNSEEN

    def _attribute(self, node: ast.Attribute, scope: Variables) -> Any:
        base = self.value(node.value, scope)
        if isinstance(base, Name):
            return Name(f"{base.dotted}.{node.attr}")
        if isinstance(base, Call):
            base = ResultPart(base, "")
        if isinstance(base, ResultPart):
            path = f"{base.path}.{node.attr}".lstrip(".")
            return base.of.attributes.get(path, ResultPart(base.of, path))
        if isinstance(base, Members):
            if node.attr == "__dict__":
                return dict(base.values)
            return base.values.get(node.attr, UNSEEN)
        return base if node.attr == "value" and is_plain(base) else UNSEEN  # of an Enum

    def _subscript(self, node: ast.Subscript, scope: Variables) -> Any:
        base, index = self.value(node.value, scope), self.value(node.slice, scope)
        if isinstance(node.value, ast.Attribute) and node.value.attr == "compute_targets":
            return self._keep(Call("ComputeTarget", [None, index], {}, self._place(node)))
        if isinstance(base, dict) and isinstance(index, (str, int)):
            return base.get(index, UNSEEN)
        if isinstance(base, list) and isinstance(index, int) and -len(base) <= index < len(base):
            return base[index]
        return UNSEEN

    def _call(self, node: ast.Call, scope: Variables) -> Any:
        if node not in self._values:
            self._values[node] = self._called(node, scope, *self._arguments(node, scope))
        return self._values[node]

    def _arguments(self, node: ast.Call, scope: Variables) -> tuple[list[Any], dict[str, Any]]:
        positional = [
            self.value(each.value if isinstance(each, ast.Starred) else each, scope)
            for each in node.args
        ]
        keywords: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords.update({str(key): each for key, each in value.items()})
            else:
                keywords["**"] = self.unknown(keyword.value)
        if any(isinstance(each, ast.Starred) for each in node.args):
            keywords["**"] = self.unknown(node)
        return positional, keywords

    def _called(
        self, node: ast.Call, scope: Variables, positional: list[Any], keywords: dict[str, Any]
    ) -> Any:
        called = self.value(node.func, scope)
        if isinstance(called, Returning):
            return called.value
        if isinstance(called, Members):
            given = {**dict(zip(called.fields, positional)), **keywords}
            return Members({**called.values, **given}, called.fields)
        if isinstance(called, Name) and called.dotted in _TABLES:
            return table_of(positional, keywords)
        if isinstance(called, Name):
            if called.dotted == "os.path.join" and all(isinstance(p, str) for p in positional):
                return os.path.join(*positional) if positional else UNSEEN
            if called.dotted in ("pathlib.Path", "str") and len(positional) == 1:
                return positional[0] if isinstance(positional[0], str) else UNSEEN
            return self._keep(
                Call(maker_of(called.dotted), positional, keywords, self._place(node))
            )
        if isinstance(called, ResultPart):
            called.of.calls.append((called.path, positional, keywords))
            path = called.path.rpartition(".")[2]
            # What a method returns is not its object, and knows it.
            call = Call(f".{path}", positional, keywords, self._place(node))
            call.origin = called.of
            return self._keep(call)
        if isinstance(node.func, ast.Attribute):
            return self._method(node.func, scope, positional, keywords)
        return UNSEEN

    def _method(
        self, func: ast.Attribute, scope: Variables, positional: list[Any], keywords: dict[str, Any]
    ) -> Any:
        base = self.value(func.value, scope)
        if func.attr in _VERSIONS:
            return self._keep(Call(f".{func.attr}", positional, keywords, self._place(func)))
        if isinstance(base, dict):
            return of_table(base, func.attr, positional, keywords)
        if isinstance(base, Members) and func.attr == "_asdict":
            return dict(base.values)
        plain = all(map(is_plain, [*positional, *keywords.values()]))
        if not (plain and isinstance(base, str) and func.attr in _TEXT_METHODS):
            return UNSEEN
        if _WIDTH.search(base):
            return UNSEEN
        try:
            return getattr(base, func.attr)(*positional, **keywords)
        except (LookupError, TypeError, ValueError, AttributeError):
            return UNSEEN

    def _keep(self, call: Call) -> Call:
        self.calls.append(call)
        return call
