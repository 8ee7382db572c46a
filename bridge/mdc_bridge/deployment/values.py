"""What the expressions of deployment code are worth, without running it."""

from __future__ import annotations

import ast
import operator
import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ..scripts.sources import Source


@dataclass(frozen=True)
class Unknown:
    """A value that only running the code would tell.

    Attributes:
        text: the expression.
        place: such as `line 4`, or `cell 2, line 4` of a notebook.
    """

    text: str
    place: str

    def __str__(self) -> str:
        return f"{self.text} ({self.place})"


@dataclass(frozen=True)
class Name:
    """Something imported, by its dotted name."""

    dotted: str


@dataclass(eq=False)
class Made:
    """What a call of something imported returned.

    Attributes:
        maker: dotted name from the class on, such as `AksWebservice.deploy_configuration`.
        positional: its arguments.
        keywords: its arguments by name; `**` when more are given than can be seen.
        attributes: what was assigned to it, by dotted path (`docker.base_image`).
        calls: methods that were called on it: dotted path, arguments, keywords.
        origin: whose method made it.
        place: as in `Unknown`.
    """

    maker: str
    positional: list[Any]
    keywords: dict[str, Any]
    place: str
    attributes: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, list[Any], dict[str, Any]]] = field(default_factory=list)
    origin: Optional[Made] = None

    def argument(self, name: str, position: Optional[int] = None) -> Any:
        """Return an argument by name or position, None when it is not given."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None


@dataclass(eq=False)
class Members:
    """A class of the code, or an object of one: what is known of its attributes.

    Attributes:
        values: by name.
        fields: names that are annotated, in their order: arguments of a dataclass.
    """

    values: dict[str, Any] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Returning:
    """A function of the code that has one thing to return."""

    value: Any


@dataclass(frozen=True)
class Part:
    """An attribute of something made, however deep."""

    of: Made
    path: str


Scope = dict[str, Any]

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
_UNSEEN = object()


class Evaluation:
    """Evaluates expressions, and keeps all that is made on the way.

    Attributes:
        made: in the order of the calls.
        source: that the expressions stand in.
    """

    def __init__(self) -> None:
        self.made: list[Made] = []
        self.source = Source("", "")
        # A call is made once, however often its value is asked for.
        self._calls: dict[ast.Call, Any] = {}

    def value(self, node: Optional[ast.expr], scope: Scope) -> Any:
        """Return a constant, list or dict of values, `Name`, `Made`, `Part` or `Unknown`."""
        if node is None:
            return None
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            self._look_inside(node, scope)
        found = _UNSEEN if method is None else method(node, scope)
        return self.unknown(node) if found is _UNSEEN else found

    def forget(self, statements: Sequence[ast.stmt]) -> None:
        """Make calls in statements anew, when they are followed again."""
        for statement in statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    self._calls.pop(node, None)

    def unknown(self, node: ast.expr | ast.stmt) -> Unknown:
        """Return that of an expression no more is known than its text."""
        return Unknown(ast.unparse(node), self._place(node))

    def _place(self, node: ast.expr | ast.stmt) -> str:
        line = f"line {self.source.first_line + node.lineno - 1}"
        return line if self.source.cell is None else f"cell {self.source.cell}, {line}"

    def _look_inside(self, node: ast.expr, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, scope)

    def _constant(self, node: ast.Constant, _: Scope) -> Any:
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        return scope.get(node.id, _UNSEEN)

    def _await(self, node: ast.Await, scope: Scope) -> Any:
        return self.value(node.value, scope)

    def _list(self, node: ast.List | ast.Tuple, scope: Scope) -> Any:
        return [self.value(item, scope) for item in node.elts]

    _tuple = _list

    def _dict(self, node: ast.Dict, scope: Scope) -> Any:
        keys = [self.value(key, scope) if key is not None else None for key in node.keys]
        values = [self.value(value, scope) for value in node.values]
        made: dict[Any, Any] = {}
        for key, value, written in zip(keys, values, node.keys):
            if written is None and isinstance(value, dict):
                made.update(value)
            elif isinstance(key, (str, int)):
                made[key] = value
            else:
                return _UNSEEN
        return made

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        parts = [self.value(part, scope) for part in node.values]
        return "".join(map(str, parts)) if all(map(_is_plain, parts)) else _UNSEEN

    def _formattedvalue(self, node: ast.FormattedValue, scope: Scope) -> Any:
        value = self.value(node.value, scope)
        return value if node.format_spec is None and node.conversion == -1 else _UNSEEN

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
            return -value
        if isinstance(node.op, ast.Not) and isinstance(value, bool):
            return not value
        return _UNSEEN

    def _binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if isinstance(left, list) and isinstance(right, list) and isinstance(node.op, ast.Add):
            return left + right if len(left) + len(right) < _LONGEST else _UNSEEN
        if isinstance(left, dict) and isinstance(right, dict) and isinstance(node.op, ast.BitOr):
            return {**left, **right}
        work = _OPERATORS.get(type(node.op))
        if work is None or not _is_plain(left):
            return _UNSEEN
        if isinstance(node.op, ast.Mult) and not _are_numbers(left, right):
            return _UNSEEN  # repeated text may be longer than memory
        if isinstance(left, str) and isinstance(node.op, ast.Mod) and _WIDTH.search(left):
            return _UNSEEN
        try:
            found = work(left, tuple(right) if isinstance(right, list) else right)
            return found if len(str(found)) < _LONGEST else _UNSEEN
        except (TypeError, ValueError, ArithmeticError):
            return _UNSEEN

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        base = self.value(node.value, scope)
        if isinstance(base, Name):
            return Name(f"{base.dotted}.{node.attr}")
        if isinstance(base, Made):
            base = Part(base, "")
        if isinstance(base, Part):
            path = f"{base.path}.{node.attr}".lstrip(".")
            return base.of.attributes.get(path, Part(base.of, path))
        if isinstance(base, Members):
            if node.attr == "__dict__":
                return dict(base.values)
            return base.values.get(node.attr, _UNSEEN)
        return base if node.attr == "value" and _is_plain(base) else _UNSEEN  # of an Enum

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        base, index = self.value(node.value, scope), self.value(node.slice, scope)
        if isinstance(node.value, ast.Attribute) and node.value.attr == "compute_targets":
            return self._keep(Made("ComputeTarget", [None, index], {}, self._place(node)))
        if isinstance(base, dict) and isinstance(index, (str, int)):
            return base.get(index, _UNSEEN)
        if isinstance(base, list) and isinstance(index, int) and -len(base) <= index < len(base):
            return base[index]
        return _UNSEEN

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        if node not in self._calls:
            self._calls[node] = self._called(node, scope, *self._arguments(node, scope))
        return self._calls[node]

    def _arguments(self, node: ast.Call, scope: Scope) -> tuple[list[Any], dict[str, Any]]:
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
        self, node: ast.Call, scope: Scope, positional: list[Any], keywords: dict[str, Any]
    ) -> Any:
        called = self.value(node.func, scope)
        if isinstance(called, Returning):
            return called.value
        if isinstance(called, Members):
            given = {**dict(zip(called.fields, positional)), **keywords}
            return Members({**called.values, **given}, called.fields)
        if isinstance(called, Name) and called.dotted in _TABLES:
            return _table(positional, keywords)
        if isinstance(called, Name):
            if called.dotted == "os.path.join" and all(isinstance(p, str) for p in positional):
                return os.path.join(*positional) if positional else _UNSEEN
            if called.dotted in ("pathlib.Path", "str") and len(positional) == 1:
                return positional[0] if isinstance(positional[0], str) else _UNSEEN
            return self._keep(Made(_maker(called.dotted), positional, keywords, self._place(node)))
        if isinstance(called, Part):
            called.of.calls.append((called.path, positional, keywords))
            path = called.path.rpartition(".")[2]
            # What a method returns is told apart from its object, and knows it.
            made = Made(f".{path}", positional, keywords, self._place(node))
            made.origin = called.of
            return self._keep(made)
        if isinstance(node.func, ast.Attribute):
            return self._method(node.func, scope, positional, keywords)
        return _UNSEEN

    def _method(
        self, func: ast.Attribute, scope: Scope, positional: list[Any], keywords: dict[str, Any]
    ) -> Any:
        base = self.value(func.value, scope)
        if func.attr in _VERSIONS:
            return self._keep(Made(f".{func.attr}", positional, keywords, self._place(func)))
        if isinstance(base, dict):
            return _of_table(base, func.attr, positional, keywords)
        if isinstance(base, Members) and func.attr == "_asdict":
            return dict(base.values)
        plain = all(map(_is_plain, [*positional, *keywords.values()]))
        if not (plain and isinstance(base, str) and func.attr in _TEXT_METHODS):
            return _UNSEEN
        if _WIDTH.search(base):
            return _UNSEEN
        try:
            return getattr(base, func.attr)(*positional, **keywords)
        except (LookupError, TypeError, ValueError, AttributeError):
            return _UNSEEN

    def _keep(self, made: Made) -> Made:
        self.made.append(made)
        return made


def _table(positional: list[Any], keywords: dict[str, Any]) -> Any:
    """Return what `dict`, `vars` or `asdict` makes."""
    made: dict[Any, Any] = {}
    for each in positional:
        if not isinstance(each, (dict, Members)):
            return _UNSEEN
        made.update(each if isinstance(each, dict) else each.values)
    return _UNSEEN if "**" in keywords else {**made, **keywords}


def _of_table(
    table: dict[Any, Any], method: str, positional: list[Any], keywords: dict[str, Any]
) -> Any:
    """Return what a method of a dict returns, whose table it may change."""
    if method == "copy":
        return dict(table)
    if method in ("items", "keys", "values"):
        return (
            [list(pair) for pair in table.items()]
            if method == "items"
            else [*(table if method == "keys" else table.values())]
        )
    if method in ("get", "pop") and positional and isinstance(positional[0], (str, int)):
        missing = positional[1] if len(positional) > 1 else None
        found = table.get(positional[0], missing)
        if method == "pop":
            table.pop(positional[0], None)
        return found
    if method == "update":
        added = _table(positional, keywords)
        if added is _UNSEEN:
            table["**"] = Unknown("update(...)", "of the dict")
        elif all(value is not table for value in added.values()):
            table.update(added)
        return None
    return _UNSEEN


def _maker(dotted: str) -> str:
    """Return a dotted name from its class on; the same class is found in several modules."""
    parts = dotted.split(".")
    first = next((at for at, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    return ".".join(parts[first:])


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool))
