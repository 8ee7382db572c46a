"""The context that `collect` of the inputs returns is handed to the outputs of the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

import libcst as cst

from .bindings import assigned_value, is_global_in, is_set_to_none
from .call_sites import Site
from .owners import is_read, same_variable
from .results import Unsure
from .script import Loop, ScopeNode, Script
from .shown import is_shown

ENTRY = "run"


@dataclass
class ContextFlow:
    """How the context goes from the inputs of a request to what follows them.

    Attributes:
        follows: the calls of `collect` that take the context.
        name: the variable that the script has for it already.
        starts: the function and the loops in which variables that the script has not yet must be
            None at the beginning of each round: there it is not certain that inputs come first.
    """

    follows: list[Site]
    name: Optional[str] = None
    starts: tuple[Union[cst.FunctionDef, Loop], ...] = ()


def read_flow(script: Script, sites: list[Site], correlations: set[cst.Name]) -> ContextFlow:
    """Return how the context of one model's inputs must be handed on.

    Args:
        script: the script.
        sites: every `collect` of the model.
        correlations: the names that are read as correlations to be added.

    Raises:
        Unsure: it would have to leave the function, or it is not certain which inputs they are.
    """
    inputs = [site for site in sites if site.collector.made.is_inputs]
    others = [site for site in sites if not site.collector.made.is_inputs]
    names = {site.result.value for site in inputs if site.result is not None}
    for site in others:
        _check_result_of_others(script, site)
        if site.correlations is not None and site.correlations.value not in names:
            raise Unsure(site.call, "the correlations come from somewhere else")
    if not inputs or not others:
        for site in inputs:
            _check_result(script, site, correlations)
        return ContextFlow([])
    scopes = {site.scope for site in inputs}
    if len(scopes) > 1:
        raise Unsure(inputs[0].call, "inputs are collected in several functions")
    scope = scopes.pop()
    for site in others:
        if site.scope is not scope:
            raise Unsure(
                site.call,
                f"the context of the inputs, collected in {_title(scope)}, would have to be "
                f"passed to {_title(site.scope)}",
            )
    if len(names) > 1 or (names and any(site.result is None for site in inputs)):
        raise Unsure(inputs[-1].call, "the inputs keep their correlations in different variables")
    for site in inputs:
        _check_result(script, site, correlations)
    return _flow(script, inputs, others, scope, names.pop() if names else None)


def _flow(
    script: Script, inputs: list[Site], others: list[Site], scope: ScopeNode, name: Optional[str]
) -> ContextFlow:
    follows = []
    starts: dict[Union[cst.FunctionDef, Loop], None] = {}
    for site in others:
        if site.correlations is None and _follows_a_loop(script, inputs, site):
            raise Unsure(site.call, "it is not certain which of the inputs these data follow")
        # Correlations that the script adds may be of another round; they are what it says.
        loop = _common_loop(script, inputs, site) if site.correlations is None else None
        within = [each for each in inputs if loop is None or loop in script.loops(each.call)]
        if any(_dominates(script, before, site) for before in within):
            follows.append(site)
            continue
        if not _is_entry(script, scope):
            raise Unsure(
                site.call, "it is not certain that inputs were collected before these data"
            )
        if any(_may_precede(script, before, site) for before in inputs):
            if name is not None and not _is_set_to_none(script, name, site, loop):
                raise Unsure(site.call, f"it is not certain that {name} has a value here")
            if any(each not in within and _may_precede(script, each, site) for each in inputs):
                raise Unsure(site.call, "it is not certain which of the inputs these data follow")
            follows.append(site)
            assert isinstance(scope, cst.FunctionDef)
            starts[scope if loop is None else loop] = None
        elif site.correlations is not None:
            raise Unsure(site.call, "the correlations are assigned after their use")
    return ContextFlow(follows, name, tuple(starts))


def _common_loop(script: Script, inputs: list[Site], site: Site) -> Optional[Loop]:
    """Return the innermost loop in which data and inputs are collected, None without one."""
    with_inputs = {loop for each in inputs for loop in script.loops(each.call)}
    return max(script.loops(site.call) & with_inputs, key=script.start, default=None)


def _follows_a_loop(script: Script, inputs: list[Site], site: Site) -> bool:
    """Return whether data come after a loop that collects inputs, perhaps of several."""
    return any(
        script.start(each.call) < script.start(site.call)
        and script.loops(each.call) - script.loops(site.call)
        for each in inputs
    )


def _dominates(script: Script, before: Site, after: Site) -> bool:
    """Return whether the one has been run whenever the other is."""
    line = script.parent(before.statement)
    block = script.parent(line) if isinstance(line, cst.SimpleStatementLine) else None
    if script.start(before.call) >= script.start(after.call):
        return False
    if script.parent(after.statement) is line:
        return True
    return isinstance(block, (cst.IndentedBlock, cst.Module)) and block in script.ancestors(
        after.statement
    )


def _is_set_to_none(script: Script, name: str, site: Site, loop: Optional[Loop]) -> bool:
    """Return whether the script itself sets a variable to None before a call, in each round."""
    return any(
        is_set_to_none(script, found)
        and script.start(found) < script.start(site.call)
        and script.above(found, cst.IndentedBlock) in [*script.ancestors(site.call)]
        and (loop is None or loop in script.loops(found))
        for found in script.names[name]
    )


def _may_precede(script: Script, before: Site, after: Site) -> bool:
    if script.start(before.call) < script.start(after.call):
        return True
    return bool(script.loops(before.call) & script.loops(after.call))


def _is_entry(script: Script, scope: ScopeNode) -> bool:
    """Return whether the server calls the function, once for each request, and nothing else."""
    if not isinstance(scope, cst.FunctionDef) or scope.name.value != ENTRY:
        return False
    if script.scope(scope) is not script.module:
        return False
    return all(
        name is scope.name or script.scope(name) is script.module
        for name in script.names.get(ENTRY, ())
    )


def _check_result(script: Script, site: Site, correlations: set[cst.Name]) -> None:
    """Raise Unsure unless what the inputs return is added to data, printed, or ignored."""
    if site.result is None:
        return
    name = site.result.value
    if is_global_in(script, name, site.scope):
        raise Unsure(site.result, f"{name} is shared by functions")
    for found in same_variable(script, site.result):
        if script.scope(found) is not site.scope:
            raise Unsure(found, f"{name} is used by a nested function")
        if not is_read(script, found):
            if is_set_to_none(script, found):
                later = script.start(found) > script.start(site.call)
                if later or script.loops(found) & script.loops(site.call):
                    raise Unsure(found, f"{name} is set to None between inputs and outputs")
            elif found is not site.result and (
                assigned_value(script, found) not in site.collector.collects
            ):
                raise Unsure(found, f"{name} is also assigned other values")
        elif found not in correlations and not _is_printed(script, found):
            raise Unsure(
                found, f"{name} is also used outside add_correlations, but a context has no keys"
            )


def _check_result_of_others(script: Script, site: Site) -> None:
    if site.result is None:
        return
    for found in same_variable(script, site.result):
        if found is not site.result and not _is_printed(script, found):
            raise Unsure(found, f"{site.result.value} was always None, but would become a context")


def _is_printed(script: Script, name: cst.Name) -> bool:
    return is_read(script, name) and is_shown(script, name)


def _title(scope: ScopeNode) -> str:
    return f"{scope.name.value}()" if isinstance(scope, cst.FunctionDef) else "the module"
