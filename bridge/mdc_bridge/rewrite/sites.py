"""`collect` and `add_correlations` as they stand in a script: data, correlations, result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import libcst as cst

from .bindings import assigned_value, is_read
from .collectors import HeldCollector
from .results import Unsure
from .script import Scope, Script

_DATA = "input_data"
_USER_ID = "user_correlation_id"
_CORRELATIONS = "correlations"
_LOG_METHODS = frozenset({"print", "debug", "info", "warning", "error", "log"})


@dataclass(frozen=True)
class Site:
    """One call of `collect`, which is a statement of its own or the value of an assignment.

    Attributes:
        collector: on which it is called.
        call: the call.
        statement: the simple statement around it.
        scope: the function it is run in.
        data: what is collected; without the correlations that a call there adds.
        user_id: the user's correlation id, None where the script gives none.
        result: the variable that takes what it returns.
        is_printed: what it returns is only printed, or logged.
        correlations: the variable of correlations that are added to the data.
    """

    collector: HeldCollector
    call: cst.Call
    statement: cst.BaseSmallStatement
    scope: Scope
    data: cst.BaseExpression
    user_id: Optional[cst.BaseExpression]
    result: Optional[cst.Name]
    is_printed: bool
    correlations: Optional[cst.Name]


@dataclass(frozen=True)
class Alias:
    """`x = collector.add_correlations(data, correlations)`: x becomes another name of the data.

    Attributes:
        call: of `add_correlations`.
        data: its first argument.
    """

    call: cst.Call
    data: cst.BaseExpression


def read_sites(
    script: Script, collectors: list[HeldCollector]
) -> tuple[list[Site], list[Alias], set[cst.Name]]:
    """Return the calls of `collect` of a model's collectors in the order of the text.

    Returns:
        the calls; the assignments of `add_correlations`; the names that were read for correlations.

    Raises:
        Unsure: one of them is used in a way that cannot be rewritten.
    """
    added: dict[str, tuple[cst.Name, cst.Name]] = {}
    aliases = []
    inline: dict[cst.Call, tuple[cst.BaseExpression, cst.Name]] = {}
    collects = {call for collector in collectors for call in collector.collects}
    for collector in collectors:
        for call in collector.additions:
            data, correlations = _addition(script, call)
            holder = script.parent(call)
            if isinstance(holder, cst.Arg) and script.parent(holder) in collects:
                inline[call] = (data, correlations)
                continue
            name = _alias_name(script, call, data, collects)
            if name.value in added:
                raise Unsure(script.start(call), f"{name.value} is made in several places")
            added[name.value] = (name, correlations)
            aliases.append(Alias(call, data))
    sites = []
    for collector in collectors:
        for call in collector.collects:
            sites.append(_site(script, collector, call, inline, added))
    sites.sort(key=lambda site: script.start(site.call))
    read = {pair[1] for pair in inline.values()} | {pair[1] for pair in added.values()}
    return sites, aliases, read


def _site(
    script: Script,
    collector: HeldCollector,
    call: cst.Call,
    inline: dict[cst.Call, tuple[cst.BaseExpression, cst.Name]],
    added: dict[str, tuple[cst.Name, cst.Name]],
) -> Site:
    at = script.start(call)
    data, user_id = _arguments(script, call, (_DATA, _USER_ID))
    if data is None:
        raise Unsure(at, "collect is called without data, which never worked")
    if isinstance(data, cst.GeneratorExp):
        raise Unsure(at, "a generator was never collected")
    statement, result = _holder(script, call)
    correlations = None
    if isinstance(data, cst.Call) and data in inline:
        data, correlations = inline[data]
    elif isinstance(data, cst.Name) and data.value in added:
        correlations = added[data.value][1]
    scope = script.scope(call)
    if isinstance(scope, cst.ClassDef):
        raise Unsure(at, "collect is called in the body of a class")
    if correlations is not None and collector.made.is_inputs:
        raise Unsure(at, "correlations are added to inputs")
    is_printed = isinstance(script.parent(call), cst.Arg)
    return Site(collector, call, statement, scope, data, user_id, result, is_printed, correlations)


def _arguments(
    script: Script, call: cst.Call, parameters: tuple[str, str]
) -> tuple[Optional[cst.BaseExpression], Optional[cst.BaseExpression]]:
    given: dict[str, cst.BaseExpression] = {}
    for position, argument in enumerate(call.args):
        name = argument.keyword.value if argument.keyword else ""
        if not name and not argument.star and position < len(parameters):
            name = parameters[position]
        if argument.star or name not in parameters or name in given:
            raise Unsure(script.start(argument), "the call has arguments that are not known")
        given[name] = argument.value
    if list(given) != list(parameters)[: len(given)]:
        raise Unsure(script.start(call), "the call names its arguments in another order")
    return given.get(parameters[0]), given.get(parameters[1])


def _holder(script: Script, call: cst.Call) -> tuple[cst.BaseSmallStatement, Optional[cst.Name]]:
    holder = script.parent(call)
    if isinstance(holder, cst.Expr):
        return holder, None
    if isinstance(holder, cst.Assign) and len(holder.targets) == 1:
        target = holder.targets[0].target
        if isinstance(target, cst.Name):
            return holder, target
    statement = printing_statement(script, call)
    if statement is not None:
        return statement, None
    raise Unsure(script.start(call), "what collect returns is used in an expression")


def _addition(script: Script, call: cst.Call) -> tuple[cst.BaseExpression, cst.Name]:
    data, correlations = _arguments(script, call, (_DATA, _CORRELATIONS))
    if data is None or not isinstance(correlations, cst.Name):
        raise Unsure(script.start(call), "it is not plain whose correlations are added")
    return data, correlations


def _alias_name(
    script: Script, call: cst.Call, data: cst.BaseExpression, collects: set[cst.Call]
) -> cst.Name:
    """Return the variable that only carries data with correlations to calls of `collect`."""
    holder = script.parent(call)
    target = holder.targets[0].target if isinstance(holder, cst.Assign) else None
    at = script.start(call)
    if not isinstance(target, cst.Name) or assigned_value(script, target) is not call:
        raise Unsure(at, "data with correlations are used in an expression")
    names = data.value if isinstance(data, cst.Name) else ""
    scope = script.scope(call)
    uses = [found for found in script.names[target.value] if found is not target]
    for use in uses:
        argument = script.parent(use)
        if not is_read(script, use) or script.scope(use) is not scope:
            raise Unsure(script.start(use), f"{target.value} has other values too")
        if not (isinstance(argument, cst.Arg) and script.parent(argument) in collects):
            raise Unsure(script.start(use), f"{target.value} is used for more than collecting")
        for other in script.names.get(names, ()):
            if script.start(call) < script.start(other) < script.start(use) and (
                not isinstance(script.parent(other), cst.Arg)
            ):
                reason = f"{names} may change between add_correlations and collect"
                if script.scope(other) is scope and script.start(other) > script.end(call):
                    raise Unsure(script.start(other), reason)
    return target


def printing_statement(script: Script, value: cst.BaseExpression) -> Optional[cst.Expr]:
    """Return the statement that does nothing with a value but print or log it, else None."""
    argument = script.parent(value)
    call = script.parent(argument) if isinstance(argument, cst.Arg) else None
    statement = script.parent(call) if isinstance(call, cst.Call) else None
    if not isinstance(call, cst.Call) or not isinstance(statement, cst.Expr):
        return None
    if not isinstance(argument, cst.Arg) or argument.keyword or argument.star:
        return None
    called = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    is_logging = isinstance(called, cst.Name) and called.value in _LOG_METHODS
    return statement if is_logging else None
