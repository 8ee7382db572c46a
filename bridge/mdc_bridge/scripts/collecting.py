"""Collectors made and used: the calls that the rules read."""

from __future__ import annotations

import ast

from .call_arguments import Arguments, argument_node
from .facts import CollectorCall
from .modern import modern_collect
from .old_names import COLLECTOR_PARAMETERS, OLD_PARAMETER, UNUSED_PARAMETERS
from .tables import Look
from .values import UNKNOWN, Construction, Sdk, Value, ValueKind


def construction(look: Look, node: ast.Call, arguments: Arguments) -> Value:
    """Return the collector that a call makes, noting it."""
    given = dict(zip(COLLECTOR_PARAMETERS, arguments.positions))
    unknown = []
    for name, value in arguments.keywords.items():
        if name in COLLECTOR_PARAMETERS or name == OLD_PARAMETER:
            given[name] = value
        elif name not in UNUSED_PARAMETERS:
            unknown.append(name)
    is_unbound = isinstance(node.func, ast.Name) and not look.is_bound(node.func.id)
    extra = max(0, len(arguments.positions) - len(COLLECTOR_PARAMETERS))
    collector = look.tables.construction(
        node,
        Construction(
            look.place(node),
            given,
            tuple(unknown),
            extra,
            arguments.is_partial,
            is_unbound,
            _spellings(node),
            is_repeated=look.loops > 0,
        ),
    )
    look.facts.constructions.append(collector)
    return Value(ValueKind.COLLECTOR, collectors=(collector,))


def _spellings(node: ast.Call) -> dict[str, str]:
    given = [*zip(COLLECTOR_PARAMETERS, node.args)]
    given += [(word.arg, word.value) for word in node.keywords if word.arg is not None]
    return {name: ast.unparse(value) for name, value in given}


def collector_call(
    look: Look, node: ast.Call, method: str, base: Value, arguments: Arguments
) -> Value:
    """Return what a call of a collector or of its method returns, noting it."""
    first = argument_node(node, "input_data", "data")
    called = CollectorCall(
        method,
        base.collectors,
        arguments.positions,
        arguments.keywords,
        arguments.is_partial,
        look.uses.get(id(node), look.use),
        look.scope.function,
        tuple(look.branches),
        first.id if isinstance(first, ast.Name) else "",
        look.place(node),
        look.unreached,
    )
    new = tuple(collector for collector in base.collectors if collector.sdk is Sdk.NEW)
    if new:
        returned = modern_collect(look, node, called._replace(collectors=new))
    if any(collector.sdk is Sdk.CONTEXT for collector in base.collectors):
        return UNKNOWN
    old = tuple(collector for collector in base.collectors if collector.sdk is Sdk.OLD)
    if not old:
        return returned
    called = called._replace(collectors=old)
    look.facts.calls.append(called)
    if method == "collect":
        is_inputs = any(collector.designation in ("inputs", None) for collector in base.collectors)
        return Value(ValueKind.CORRELATIONS) if is_inputs else Value(ValueKind.NONE)
    if method == "add_correlations":
        return called.data._replace(is_correlated=True, items=None, width=None)
    return UNKNOWN
