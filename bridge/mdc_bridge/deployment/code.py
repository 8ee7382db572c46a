"""Deployment code followed statement by statement, as far as that can be done without running it.

Code in functions counts as run, with the module's variables and unknown arguments. A variable that
has two different values on two ways through the code is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any, Optional

from ..scripts.sources import Source
from .seen import Call, Members, Name, ResultPart, Returning, Unknown, Variables
from .values import Evaluation

# What `from azureml.core... import *` may bring.
_STARRED = (
    "AciWebservice",
    "AksCompute",
    "AksEndpoint",
    "AksWebservice",
    "ComputeTarget",
    "CondaDependencies",
    "ContainerImage",
    "Environment",
    "InferenceConfig",
    "Model",
    "Webservice",
    "Workspace",
)
_MOST_ROUNDS = 20
_MAY_SKIP = (ast.If, ast.For, ast.AsyncFor, ast.While)


def calls_in(trees: Iterable[tuple[Source, ast.Module]]) -> list[Call]:
    """Return the calls of imported things, in order.

    Args:
        trees: of one script, or of the cells of one notebook, which share their variables.
    """
    following = _Following()
    scope: Variables = {name: Name(name) for name in ("dict", "str", "vars")}
    for source, tree in trees:
        following.source = source
        following.run(tree.body, scope, False)
    return following.calls


class _Following(Evaluation):
    def __init__(self) -> None:
        super().__init__()
        self._owner: Optional[Members] = None  # whose body is followed
        self._returned: list[Any] = []
        self._unrolled: set[ast.For] = set()
        self._rounds = 0

    def run(self, statements: Sequence[ast.stmt], scope: Variables, may_be_skipped: bool) -> None:
        for statement in statements:
            self._follow(statement, scope, may_be_skipped)

    def _follow(self, statement: ast.stmt, scope: Variables, may_be_skipped: bool) -> None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            _import(statement, scope)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(statement, scope, may_be_skipped)
        elif isinstance(statement, ast.ClassDef):
            self._class(statement, scope, may_be_skipped)
        elif isinstance(statement, ast.Return):
            self._returned.append(self.value(statement.value, scope))
        elif isinstance(statement, ast.Assign):
            value = self.value(statement.value, scope)
            for target in statement.targets:
                self._assign(target, value, scope, may_be_skipped)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            value = self.value(statement.value, scope)
            self._assign(statement.target, value, scope, may_be_skipped)
        elif isinstance(statement, ast.AugAssign):
            self._assign(statement.target, self.unknown(statement), scope, may_be_skipped)
        else:
            self._follow_parts(statement, scope, may_be_skipped)

    def _function(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        scope: Variables,
        may_be_skipped: bool,
    ) -> None:
        given = function.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        parameters += [each for each in (given.vararg, given.kwarg) if each is not None]
        inner = dict(scope)
        for each in parameters:
            inner[each.arg] = Unknown(each.arg, f"argument of {function.name}")
        owner, self._owner = self._owner, None
        if owner is not None and given.args:
            inner[given.args[0].arg] = owner
        around, self._returned = self._returned, []
        self.run(function.body, inner, may_be_skipped)
        if len(self._returned) == 1 and self._returned[0] is not None:
            scope[function.name] = Returning(self._returned[0])
        self._returned, self._owner = around, owner

    def _class(self, node: ast.ClassDef, scope: Variables, may_be_skipped: bool) -> None:
        members = Members()
        inner = dict(scope)
        owner = self._owner
        for statement in node.body:
            self._owner = members
            self.run([statement], inner, may_be_skipped)
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                members.fields.append(statement.target.id)
            for name, value in inner.items():
                if name not in scope or value is not scope[name]:
                    members.values[name] = value
        self._owner = owner
        scope[node.name] = members

    def _follow_parts(self, statement: ast.stmt, scope: Variables, may_be_skipped: bool) -> None:
        may_be_skipped = may_be_skipped or isinstance(statement, _MAY_SKIP)
        for item in getattr(statement, "items", ()):
            self.value(item.context_expr, scope)
        if isinstance(statement, ast.For):
            self._unroll(statement, scope)
        if isinstance(statement, (ast.For, ast.AsyncFor)):
            each = self.unknown(statement.target)
            self._assign(statement.target, each, scope, False)
        for name in ("value", "test", "iter"):
            node = getattr(statement, name, None)
            if isinstance(node, ast.expr):
                self.value(node, scope)
        for name in ("body", "orelse", "finalbody"):
            if name == "body" and isinstance(statement, ast.For) and statement in self._unrolled:
                continue
            self.run(getattr(statement, name, ()), scope, may_be_skipped)
        for name in ("handlers", "cases"):
            for arm in getattr(statement, name, ()):
                self.run(arm.body, scope, True)

    def _unroll(self, loop: ast.For, scope: Variables) -> None:
        """Follow a loop over a list that is written out, once for each of its items."""
        items = self.value(loop.iter, scope)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, list) or len(items) > _MOST_ROUNDS or self._rounds > 0:
            return
        self._unrolled.add(loop)
        self._rounds += 1
        for item in items:
            self.forget(loop.body)
            self._assign(loop.target, item, scope, False)
            self.run(loop.body, scope, False)
        self._rounds -= 1

    def _assign(self, target: ast.expr, value: Any, scope: Variables, may_be_skipped: bool) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for position, each in enumerate(target.elts):
                fits = isinstance(value, list) and len(value) == len(target.elts)
                part = value[position] if fits else self.unknown(each)
                self._assign(each, part, scope, may_be_skipped)
        elif isinstance(target, ast.Name):
            if may_be_skipped and target.id in scope:
                value = self._either(scope[target.id], value, target)
            scope[target.id] = value
        elif isinstance(target, ast.Attribute):
            base = self.value(target.value, scope)
            if isinstance(base, Members):
                base.values[target.attr] = value
            part = ResultPart(base, "") if isinstance(base, Call) else base
            if isinstance(part, ResultPart):
                part.of.attributes[f"{part.path}.{target.attr}".lstrip(".")] = value
        elif isinstance(target, ast.Subscript):
            base = self.value(target.value, scope)
            key = self.value(target.slice, scope)
            if isinstance(base, ResultPart):
                base = base.of.attributes.setdefault(base.path, {})
            if isinstance(base, dict) and isinstance(key, (str, int)):
                base[key] = self.unknown(target) if _holds(value, base) else value

    def _either(self, before: Any, after: Any, target: ast.Name) -> Any:
        if isinstance(before, (Call, Members, Name, Returning)) or before is None:
            return after  # `try: service = AksWebservice(...)`, `service = None`
        return after if before == after else self.unknown(target)


def _holds(value: Any, container: Any) -> bool:
    """Return whether a value is a container, or has it somewhere inside."""
    if value is container:
        return True
    inner = value.values() if isinstance(value, dict) else value
    return isinstance(value, (dict, list)) and any(_holds(each, container) for each in inner)


def _import(statement: ast.Import | ast.ImportFrom, scope: Variables) -> None:
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom) and alias.name == "*":
            names = _STARRED if (statement.module or "").startswith("azureml.core") else ()
            scope.update((name, Name(f"{statement.module}.{name}")) for name in names)
        elif isinstance(statement, ast.ImportFrom):
            scope[alias.asname or alias.name] = Name(f"{statement.module or ''}.{alias.name}")
        elif alias.asname:
            scope[alias.asname] = Name(alias.name)
        else:
            root = alias.name.partition(".")[0]
            scope[root] = Name(root)
