"""Collectors and contexts of the new SDK: made, and used."""

from __future__ import annotations

import ast
from typing import Optional

from .call_arguments import Arguments, argument_node
from .facts import CollectorCall
from .tables import Look
from .values import UNKNOWN, Construction, Sdk, Value, ValueKind

_ROOTS = ("azureml.ai.monitoring", "azure.ai.monitoring", "mdc_core")
MODERN_CLASSES = frozenset(
    {f"{root}.Collector" for root in _ROOTS} | {f"{root}.collector.Collector" for root in _ROOTS}
)
NEW_CLASS = "Collector"
_CONTEXTS = frozenset({"BasicCorrelationContext", "CorrelationContext", "get_context"})
_ID = "id"


def is_new_collector(look: Look, node: ast.Call) -> bool:
    """Return whether a call is of the new class, which nothing imports."""
    is_name = isinstance(node.func, ast.Name) and node.func.id == NEW_CLASS
    is_named = any(word.arg == "name" for word in node.keywords)
    return is_name and is_named and not look.is_bound(NEW_CLASS)


def modern_value(look: Look, node: ast.Call, name: str, arguments: Arguments) -> Optional[Value]:
    """Return the collector or context that a call makes; None where it makes none."""
    if name in MODERN_CLASSES:
        collector = _construction(look, node, arguments, Sdk.NEW)
        collector.extra_positions = len(arguments.positions)
        look.facts.modern_constructions.append(collector)
        return Value(ValueKind.COLLECTOR, collectors=(collector,))
    if name.startswith(_ROOTS) and name.rpartition(".")[2] in _CONTEXTS:
        return Value(ValueKind.CONTEXT, collectors=(_context(look, node, arguments),))
    return None


def modern_collect(look: Look, node: ast.Call, called: CollectorCall) -> Value:
    """Note a call of a new collector; return the context that it returns."""
    look.facts.modern_calls.append(called)
    if called.context.kind is ValueKind.CONTEXT:
        return called.context
    if called.has_context:
        return UNKNOWN
    context = _construction(look, node, Arguments((), {}, False), Sdk.CONTEXT)
    return Value(ValueKind.CONTEXT, collectors=(context,))


def _context(look: Look, node: ast.Call, arguments: Arguments) -> Construction:
    context = _construction(look, node, arguments, Sdk.CONTEXT)
    context.arguments = {**dict(zip([_ID], arguments.positions)), **arguments.keywords}
    given = argument_node(node, _ID)
    if isinstance(given, ast.Name):
        context.has_global_id = not look.is_local(given.id)
    return context


def _construction(look: Look, node: ast.Call, arguments: Arguments, sdk: Sdk) -> Construction:
    construction = Construction(
        look.place(node),
        dict(arguments.keywords),
        is_partial=arguments.is_partial,
        sdk=sdk,
        function=look.scope.function,
    )
    return look.tables.construction(node, construction)
