"""`collect` and `add_correlations` as they stand in a script: data, correlations, result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import libcst as cst

from .additions import Addition, read_addition
from .bindings import assigned_to
from .collectors import HeldCollector
from .results import Unsure
from .script import ScopeNode, Script
from .shown import is_shown

_DATA = "input_data"
_USER_ID = "user_correlation_id"
_CORRELATIONS = "correlations"


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
    scope: ScopeNode
    data: cst.BaseExpression
    user_id: Optional[cst.BaseExpression]
    result: Optional[cst.Name]
    is_printed: bool
    correlations: Optional[cst.Name]


def read_sites(
    script: Script, collectors: list[HeldCollector]
) -> tuple[list[Site], list[Addition], set[cst.Name]]:
    """Return the calls of `collect` of a model's collectors in the order of the text.

    Returns:
        the calls; the variables of `add_correlations`; the names that were read for correlations.

    Raises:
        Unsure: one of them is used in a way that cannot be rewritten.
    """
    added: list[Addition] = []
    inline: dict[cst.Call, tuple[cst.BaseExpression, cst.Name]] = {}
    collects = {call for collector in collectors for call in collector.collects}
    for collector in collectors:
        for call in collector.additions:
            data, correlations = _addition(call)
            holder = script.parent(call)
            if isinstance(holder, cst.Arg) and script.parent(holder) in collects:
                inline[call] = (data, correlations)
                continue
            addition = read_addition(script, call, data, correlations, collects)
            for other in added:
                same = other.target.value == addition.target.value
                if same and other.scope is addition.scope:
                    name = addition.target.value
                    raise Unsure(call, f"{name} is made in several places")
            added.append(addition)
    sites = []
    for collector in collectors:
        for call in collector.collects:
            sites.append(_site(script, collector, call, inline, added))
    sites.sort(key=lambda site: script.start(site.call))
    read = {pair[1] for pair in inline.values()} | {each.correlations for each in added}
    return sites, added, read


def _site(
    script: Script,
    collector: HeldCollector,
    call: cst.Call,
    inline: dict[cst.Call, tuple[cst.BaseExpression, cst.Name]],
    added: list[Addition],
) -> Site:
    data, user_id = _arguments(call, (_DATA, _USER_ID))
    if data is None:
        raise Unsure(call, "collect is called without data, which never worked")
    if isinstance(data, cst.GeneratorExp):
        raise Unsure(call, "generators were never collected")
    statement, result = _holder(script, call)
    scope = script.scope(call)
    correlations = None
    if isinstance(data, cst.Call) and data in inline:
        data, correlations = inline[data]
    elif isinstance(data, cst.Name):
        reaching = [each for each in added if each.reaches(script, data, scope)]
        correlations = reaching[0].correlations if reaching else None
    if isinstance(scope, cst.ClassDef):
        raise Unsure(call, "collect is called in the body of a class")
    if correlations is not None and collector.made.is_inputs:
        raise Unsure(call, "correlations are added to inputs")
    is_printed = result is None and script.parent(call) is not statement
    return Site(collector, call, statement, scope, data, user_id, result, is_printed, correlations)


def _arguments(
    call: cst.Call, parameters: tuple[str, str]
) -> tuple[Optional[cst.BaseExpression], Optional[cst.BaseExpression]]:
    given: dict[str, cst.BaseExpression] = {}
    for position, argument in enumerate(call.args):
        name = argument.keyword.value if argument.keyword else ""
        if not name and not argument.star and position < len(parameters):
            name = parameters[position]
        if argument.star or name not in parameters or name in given:
            raise Unsure(argument, "the call has unknown arguments")
        given[name] = argument.value
    if list(given) != list(parameters)[: len(given)]:
        raise Unsure(call, "the call names its arguments in a different order")
    return given.get(parameters[0]), given.get(parameters[1])


def _holder(script: Script, call: cst.Call) -> tuple[cst.BaseSmallStatement, Optional[cst.Name]]:
    holder = script.parent(call)
    if isinstance(holder, cst.Expr):
        return holder, None
    target = assigned_to(script, call)
    if isinstance(target, cst.Name):
        return script.statement(call), target
    if is_shown(script, call):
        return script.statement(call), None
    raise Unsure(call, "what collect returns is used in an expression")


def _addition(call: cst.Call) -> tuple[cst.BaseExpression, cst.Name]:
    data, correlations = _arguments(call, (_DATA, _CORRELATIONS))
    if data is None or not isinstance(correlations, cst.Name):
        raise Unsure(call, "it is not clear whose correlations are added")
    return data, correlations
