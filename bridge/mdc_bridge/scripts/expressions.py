"""What expressions are, and the calls of collectors in them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Optional

from .call_arguments import arguments_of, decorators_of
from .calls import BUILTINS, function_call, method_call
from .combining import container, dictionary, element_of, join, join_all, lazy, sequence
from .containers import grown, with_entry
from .facts import Mention
from .library import attribute_of
from .old_names import OLD_CLASS, OLD_PACKAGE
from .operations import entry, folded, operation
from .tables import Look, NameScope
from .unfollowed import COLLECTING
from .values import TEXT, UNKNOWN, Sdk, Value, ValueKind, constant, named

_SEQUENCE_KINDS = {ast.List: ValueKind.LIST, ast.Tuple: ValueKind.TUPLE, ast.Set: ValueKind.SET}
_PROPERTIES = frozenset({"property", "cached_property", "lazy_property"})
_CELLS = (ValueKind.ARRAY, ValueKind.FRAME, ValueKind.SERIES)  # operations apply to each


def evaluate(look: Look, node: Optional[ast.AST]) -> Value:
    """Return what an expression is, noting what it does with collectors."""
    if node is None:
        return UNKNOWN
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        return handler(look, node)
    for child in ast.iter_child_nodes(node):
        evaluate(look, child)
    return UNKNOWN


def bind_target(look: Look, target: ast.AST, value: Value) -> None:
    """Assign a value to a variable, attribute, entry, or to several of them."""
    if isinstance(target, ast.Name):
        look.bind(target.id, value)
    elif isinstance(target, ast.Attribute):
        evaluate(look, target.value)
        look.tables.add_attribute(target.attr, value)
    elif isinstance(target, ast.Subscript):
        _bind_entry(look, target, value)
    elif isinstance(target, ast.Starred):
        bind_target(look, target.value, Value(ValueKind.LIST))
    elif isinstance(target, (ast.Tuple, ast.List)):
        items = value.items
        if items is None or len(items) != len(target.elts):
            items = (element_of(value),) * len(target.elts)
        for part, item in zip(target.elts, items):
            bind_target(look, part, item)


def _bind_entry(look: Look, target: ast.Subscript, value: Value) -> None:
    base = evaluate(look, target.value)
    key = evaluate(look, target.slice)
    changed = with_entry(base, key, value)
    if base.name == "globals()" and isinstance(key.constant, str):
        look.tables.add_global(key.constant, value)
    elif changed is not None:
        _rebind(look, target.value, changed)


def _rebind(look: Look, holder: ast.AST, value: Value) -> None:
    """Bind the variable of an object that has changed, in the variable's own scope."""
    if isinstance(holder, ast.Name) and not look.is_in_module and not look.is_local(holder.id):
        look.tables.add_global(holder.id, value)
    else:
        bind_target(look, holder, value)


def _constant(look: Look, node: ast.Constant) -> Value:
    if isinstance(node.value, str) and OLD_PACKAGE in node.value:
        look.facts.mentions.append(Mention(node.value, look.place(node)))
    return constant(node.value)


def _name(look: Look, node: ast.Name) -> Value:
    look.facts.used_names.add(node.id)
    if node.id == OLD_CLASS and not look.is_bound(node.id):
        look.facts.unbound.append(Mention(node.id, look.place(node)))
    return look.lookup(node.id)


def _attribute(look: Look, node: ast.Attribute) -> Value:
    look.facts.used_names.add(node.attr)
    base = evaluate(look, node.value)
    if base.kind is ValueKind.CONTEXT:
        return UNKNOWN
    if base.kind is ValueKind.COLLECTOR:
        if any(collector.sdk is Sdk.OLD for collector in base.collectors):
            look.facts.attributes.append((node.attr, look.place(node)))
        if node.attr in COLLECTING:
            return Value(ValueKind.METHOD, name=node.attr, collectors=base.collectors)
    found = attribute_of(base, node.attr)
    if found is not None:
        return look.tables.of_other_module(base.name, node.attr) or found
    if node.attr == OLD_CLASS and base.kind is ValueKind.UNKNOWN:
        return named(f"azureml.monitoring.{OLD_CLASS}")  # of a module that only running shows
    known = look.tables.attributes.get(node.attr, UNKNOWN)
    if known.function is not None and not _PROPERTIES.isdisjoint(decorators_of(known.function)):
        return look.tables.returns.get(id(known.function), UNKNOWN)
    return known


def _sequence(look: Look, node: Any) -> Value:
    items = tuple(evaluate(look, item) for item in node.elts)
    kind = _SEQUENCE_KINDS[type(node)]
    if any(isinstance(item, ast.Starred) for item in node.elts):
        return Value(kind, element=join_all(items))
    return sequence(kind, items)


def _dict(look: Look, node: ast.Dict) -> Value:
    entries: dict[Any, Value] = {}
    is_known = True
    for key, item in zip(node.keys, node.values):
        name = evaluate(look, key)
        value = evaluate(look, item)
        is_known = is_known and key is not None and name.is_constant
        if is_known:
            entries[name.constant] = value
    return dictionary(entries) if is_known else Value(ValueKind.DICT)


def _text(look: Look, node: ast.JoinedStr) -> Value:
    parts = [evaluate(look, part) for part in node.values]
    if not all(part.is_constant for part in parts):
        return TEXT
    return folded("".join(part.constant for part in parts))


def _formatted(look: Look, node: ast.FormattedValue) -> Value:
    value = evaluate(look, node.value)
    is_plain = node.conversion == -1 and node.format_spec is None
    return constant(str(value.constant)) if value.is_constant and is_plain else TEXT


def _operation(look: Look, node: ast.BinOp) -> Value:
    return operation(node.op, evaluate(look, node.left), evaluate(look, node.right))


def _unary(look: Look, node: ast.UnaryOp) -> Value:
    value = evaluate(look, node.operand)
    if isinstance(node.op, ast.USub) and isinstance(value.constant, (int, float, complex)):
        return constant(-value.constant)
    return value if value.kind in _CELLS else UNKNOWN


def _comparison(look: Look, node: ast.Compare) -> Value:
    values = [evaluate(look, part) for part in (node.left, *node.comparators)]
    return next((value for value in values if value.kind in _CELLS), UNKNOWN)


def _either(look: Look, node: ast.BoolOp) -> Value:
    return join_all([evaluate(look, part) for part in node.values])


def _condition(look: Look, node: ast.IfExp) -> Value:
    evaluate(look, node.test)
    return join(evaluate(look, node.body), evaluate(look, node.orelse))


def _subscript(look: Look, node: ast.Subscript) -> Value:
    base = evaluate(look, node.value)
    index = evaluate(look, node.slice)
    if base.name == "globals()" and isinstance(index.constant, str):
        return look.lookup(index.constant)
    return entry(node, base, index)


def _comprehension(look: Look, node: Any) -> Value:
    with look.inside(NameScope(look.scope.function, {})):
        look.loops += 1
        for generator in node.generators:
            bind_target(look, generator.target, element_of(evaluate(look, generator.iter)))
            for test in generator.ifs:
                evaluate(look, test)
        if isinstance(node, ast.DictComp):
            evaluate(look, node.key)
            return container(ValueKind.DICT, evaluate(look, node.value))
        element = evaluate(look, node.elt)
    if isinstance(node, ast.GeneratorExp):
        return lazy("generator", element)
    return container(ValueKind.LIST if isinstance(node, ast.ListComp) else ValueKind.SET, element)


def _lambda(look: Look, node: ast.Lambda) -> Value:
    names = [part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)]
    with look.inside(NameScope(id(node), dict.fromkeys(names, UNKNOWN))):
        look.tables.add_return(id(node), evaluate(look, node.body))
    return Value(ValueKind.FUNCTION, function=node)


def _walrus(look: Look, node: ast.NamedExpr) -> Value:
    value = evaluate(look, node.value)
    bind_target(look, node.target, value)
    return value


def _inner(look: Look, node: Any) -> Value:
    return evaluate(look, node.value)


def _call(look: Look, node: ast.Call) -> Value:
    func = node.func
    if isinstance(func, ast.Attribute):
        base = evaluate(look, func.value)
        arguments = arguments_of(look, node, evaluate)
        changed = grown(look, base, func, arguments)
        if changed is not None:
            _rebind(look, func.value, changed)
        return method_call(look, node, func, base, arguments, is_grown=changed is not None)
    function = evaluate(look, func)
    if isinstance(func, ast.Name) and function == UNKNOWN and func.id in BUILTINS:
        function = named(func.id)
    arguments = arguments_of(look, node, evaluate, is_printed=function.name == "print")
    return function_call(look, node, function, arguments)


_HANDLERS: dict[type, Callable[[Look, Any], Value]] = {
    ast.Attribute: _attribute,
    ast.Await: _inner,
    ast.BinOp: _operation,
    ast.BoolOp: _either,
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _comprehension,
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _condition,
    ast.JoinedStr: _text,
    ast.Lambda: _lambda,
    ast.List: _sequence,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Set: _sequence,
    ast.SetComp: _comprehension,
    ast.Starred: _inner,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.UnaryOp: _unary,
}
