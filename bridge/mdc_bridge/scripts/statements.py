"""Walking through the statements of a script in their order."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from .call_arguments import decorators_of
from .combining import element_of, join_entries
from .expressions import bind_target, evaluate
from .importing import catches_imports, import_modules, import_names
from .old_names import OLD_CLASS
from .parameters import parameters_of
from .reachable import LEAVING, leaves, settled
from .tables import COLLECTOR_CLASSES, Look, NameScope, Variables
from .values import DICT, UNKNOWN, Value, ValueKind, part_of_json

# What patterns bind; None for a part of what is matched.
_CAPTURES = {"MatchAs": None, "MatchStar": Value(ValueKind.LIST), "MatchMapping": DICT}


class _Arm(NamedTuple):
    body: list[ast.stmt]
    bound: Mapping[str, Value] = {}  # by its head
    is_unreached: bool = False


def walk(look: Look, body: Iterable[ast.stmt]) -> None:
    """Follow statements, noting what they do with the SDKs."""
    unreached = look.unreached
    for statement in body:
        _follow(look, statement)
        if leaves(statement):
            look.unreached = True
    look.unreached = unreached


def _follow(look: Look, statement: ast.stmt) -> None:
    handler = _HANDLERS.get(type(statement).__name__)
    if handler is not None:
        handler(look, statement)
    else:
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.expr):
                evaluate(look, child)


def _function(look: Look, node: Any) -> None:
    for decorator in node.decorator_list:
        evaluate(look, decorator)
    look.facts.function_names[id(node)] = node.name
    if look.is_in_module and not node.decorator_list:
        look.facts.functions[id(node)] = node.name
    variables = parameters_of(look, node)
    owner = look.scope.owner
    first = next(iter((*node.args.posonlyargs, *node.args.args)), None)
    if owner is not None and first is not None and "staticmethod" not in decorators_of(node):
        variables[first.arg] = Value(ValueKind.INSTANCE, function=owner)
    look.bind(node.name, Value(ValueKind.FUNCTION, function=node))
    with look.inside(NameScope(id(node), variables)):
        look.branches, look.loops, look.unreached = [], 0, False
        walk(look, node.body)


def _class(look: Look, node: ast.ClassDef) -> None:
    bases = [evaluate(look, base) for base in node.bases]
    is_stand_in = look.lookup(node.name).name in COLLECTOR_CLASSES or node.name == OLD_CLASS
    for part in node.body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and not is_stand_in:
            look.tables.add_method(node, part, part.name)
    makes_itself = any(getattr(part, "name", "") == "__init__" for part in node.body)
    of_old = next((base for base in bases if base.name in COLLECTOR_CLASSES), None)
    of_old = None if makes_itself else of_old
    look.bind(node.name, of_old or Value(ValueKind.CLASS, function=node))
    scope = NameScope(id(node), {}, node)
    with look.inside(scope):
        walk(look, node.body)
    for name, value in scope.variables.items():
        look.tables.add_attribute(name, value)


def _assign(look: Look, node: ast.Assign) -> None:
    look.uses[id(node.value)] = "assigned"
    value = evaluate(look, node.value)
    for target in node.targets:
        _note_mutation(look, target, node)
        bind_target(look, target, value)


def _annotated_assign(look: Look, node: ast.AnnAssign) -> None:
    if node.value is not None:
        look.uses[id(node.value)] = "assigned"
        bind_target(look, node.target, evaluate(look, node.value))


def _augmented_assign(look: Look, node: ast.AugAssign) -> None:
    value = evaluate(look, node.value)
    _note_mutation(look, node.target, node)
    if isinstance(node.target, ast.Name):
        known = look.lookup(node.target.id)
        if known.kind in (ValueKind.LIST, ValueKind.ARRAY, ValueKind.FRAME):
            look.note_mutation(node.target.id, node)
            look.bind(node.target.id, Value(known.kind, dimensions=known.dimensions))
        elif known.kind is not ValueKind.TEXT or value.kind is not ValueKind.TEXT:
            look.bind(node.target.id, UNKNOWN)


def _delete(look: Look, node: ast.Delete) -> None:
    for target in node.targets:
        _note_mutation(look, target, node)


def _note_mutation(look: Look, target: ast.AST, node: ast.stmt) -> None:
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        if isinstance(target.value, ast.Name):
            look.note_mutation(target.value.id, node)
            return
        target = target.value


def _expression(look: Look, node: ast.Expr) -> None:
    if not isinstance(node.value, ast.Constant):
        look.uses[id(node.value)] = "ignored"
        evaluate(look, node.value)


def _return(look: Look, node: ast.Return) -> None:
    look.use = "returned"
    value = evaluate(look, node.value)
    look.use = "used"
    look.tables.add_return(look.scope.function, value)


def _global(look: Look, node: ast.Global) -> None:
    look.scope.globals.update(node.names)


def _if(look: Look, node: ast.If) -> None:
    is_true = settled(look, node.test)
    evaluate(look, node.test)
    arms = [_Arm(node.body, {}, is_true is False), _Arm(node.orelse, {}, is_true is True)]
    _arms(look, node, arms)


def _try(look: Look, node: Any) -> None:
    guarded = any(catches_imports(handler.type) for handler in node.handlers)
    look.guards += guarded
    look.branches.append((id(node), 0))
    walk(look, node.body)
    look.branches.pop()
    look.guards -= guarded
    arms = [_Arm(node.orelse)]
    for handler in node.handlers:
        evaluate(look, handler.type)
        arms.append(_Arm(handler.body, {handler.name: UNKNOWN} if handler.name else {}))
    _arms(look, node, arms)
    walk(look, node.finalbody)


def _loop(look: Look, node: Any) -> None:
    bind_target(look, node.target, element_of(evaluate(look, node.iter)))
    _repeated(look, node)


def _while(look: Look, node: ast.While) -> None:
    evaluate(look, node.test)
    _repeated(look, node)


def _repeated(look: Look, node: Any) -> None:
    look.loops += 1
    walk(look, node.body)
    look.loops -= 1
    walk(look, node.orelse)


def _with(look: Look, node: Any) -> None:
    for item in node.items:
        value = evaluate(look, item.context_expr)
        if item.optional_vars is not None:
            bind_target(look, item.optional_vars, value)
    walk(look, node.body)


def _match(look: Look, node: Any) -> None:
    subject = evaluate(look, node.subject)
    _arms(look, node, [_Arm(case.body, _captured(case.pattern, subject)) for case in node.cases])


def _captured(pattern: ast.AST, subject: Value) -> dict[str, Value]:
    found = {}
    for part in ast.walk(pattern):
        kind = type(part).__name__
        name = getattr(part, "rest" if kind == "MatchMapping" else "name", None)
        if kind in _CAPTURES and name is not None:
            found[name] = _CAPTURES[kind] or part_of_json(subject)
    return found


def _arms(look: Look, node: ast.stmt, arms: Sequence[_Arm]) -> None:
    """Follow bodies of which one runs; afterwards a variable is what it is after any of them."""
    before = look.scope.variables
    after: Optional[Variables] = None
    for number, (body, bound, is_unreached) in enumerate(arms, 1):
        look.scope.variables = dict(before)
        for name, value in bound.items():
            look.bind(name, value)
        look.branches.append((id(node), number))
        around, look.unreached = look.unreached, look.unreached or is_unreached
        walk(look, body)
        look.unreached = around
        look.branches.pop()
        if not (body and isinstance(body[-1], LEAVING)):
            variables = look.scope.variables
            after = variables if after is None else join_entries(after, variables)
    before.update(after or {})
    look.scope.variables = before


_HANDLERS: dict[str, Callable[[Look, Any], None]] = {
    "AnnAssign": _annotated_assign,
    "Assign": _assign,
    "AsyncFor": _loop,
    "AsyncFunctionDef": _function,
    "AsyncWith": _with,
    "AugAssign": _augmented_assign,
    "ClassDef": _class,
    "Delete": _delete,
    "Expr": _expression,
    "For": _loop,
    "FunctionDef": _function,
    "Global": _global,
    "If": _if,
    "Import": import_modules,
    "ImportFrom": import_names,
    "Match": _match,
    "Nonlocal": _global,
    "Return": _return,
    "Try": _try,
    "TryStar": _try,
    "While": _while,
    "With": _with,
}
