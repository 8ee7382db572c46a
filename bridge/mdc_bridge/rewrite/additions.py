"""`x = collector.add_correlations(data, correlations)`: x only carries data to `collect`."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from .bindings import assigned_to
from .edits import Edit
from .owners import is_read, same_variable
from .results import Unsure
from .script import ScopeNode, Script
from .shown import is_shown

_BLOCKS = (cst.IndentedBlock, cst.SimpleStatementSuite, cst.Module)


@dataclass(frozen=True)
class Addition:
    """A variable that holds data with correlations.

    Attributes:
        target: the name where it is assigned.
        call: of `add_correlations`.
        data: its first argument.
        correlations: its second one.
        scope: the function in which all of it happens.
    """

    target: cst.Name
    call: cst.Call
    data: cst.BaseExpression
    correlations: cst.Name
    scope: ScopeNode

    @property
    def is_same_name(self) -> bool:
        """Whether the variable held the data before, as in the SDK's own example."""
        return isinstance(self.data, cst.Name) and self.data.value == self.target.value

    def reaches(self, script: Script, data: cst.Name, scope: ScopeNode) -> bool:
        """Return whether data that a call of `collect` is given are these.

        Args:
            script: the script.
            data: what is collected.
            scope: the function in which it is.

        Raises:
            Unsure: sometimes they are.
        """
        if data.value != self.target.value or scope is not self.scope:
            return False
        if not self.is_same_name:
            return True
        if script.start(data) < script.start(self.call):
            return False
        block = script.above(self.call, *_BLOCKS)
        if block is None or block not in script.ancestors(data):
            raise Unsure(data, f"it is not certain that {data.value} has correlations here")
        return True

    def edit(self, script: Script) -> Edit:
        """Return the edit that leaves the data alone in the variable."""
        statement = script.statement(self.call)
        if not self.is_same_name:
            start, end = script.extent(self.call)
            return Edit(start, end, script.lone_code(self.data))
        line = script.parent(statement)
        block = script.parent(line)
        if (
            isinstance(line, cst.SimpleStatementLine)
            and len(line.body) == 1
            and line.trailing_whitespace.comment is None
            and not (isinstance(block, cst.IndentedBlock) and len(block.body) == 1)
        ):
            start = script.line_start(script.start(line))
            return Edit(start, script.line_behind(script.end(statement)), "")
        return Edit(script.start(statement), script.end(statement), "pass")


def read_addition(
    script: Script,
    call: cst.Call,
    data: cst.BaseExpression,
    correlations: cst.Name,
    collects: set[cst.Call],
) -> Addition:
    """Return what an assignment of `add_correlations` makes.

    Args:
        script: the script.
        call: of `add_correlations`.
        data: its first argument.
        correlations: its second one.
        collects: the calls of `collect` that may take the variable.

    Raises:
        Unsure: the variable is used for more, or its value is not certain.
    """
    target = assigned_to(script, call)
    if not isinstance(target, cst.Name):
        raise Unsure(call, "data with correlations are used in an expression")
    addition = Addition(target, call, data, correlations, script.scope(call))
    uses = _uses(script, addition)
    if addition.is_same_name:
        _check_is_new_in_each_round(script, addition, uses)
        uses = [use for use in uses if script.start(use) > script.end(call)]
    for use in uses:
        argument = script.parent(use)
        if not is_read(script, use):
            raise Unsure(use, f"{target.value} is also assigned other values")
        is_collected = isinstance(argument, cst.Arg) and script.parent(argument) in collects
        if not is_collected and not is_shown(script, use):
            raise Unsure(use, f"{target.value} is also used for something other than collecting")
        if not addition.is_same_name:
            _check_data_stay(script, addition, use)
    return addition


def _uses(script: Script, addition: Addition) -> list[cst.Name]:
    """Return where the variable stands beside its assignment, in the order of the text."""
    name = addition.target.value
    found = []
    for use in same_variable(script, addition.target):
        if use is addition.target or addition.call in script.ancestors(use):
            continue
        if script.scope(use) is not addition.scope:
            raise Unsure(use, f"{name} is also assigned other values")
        found.append(use)
    return found


def _check_is_new_in_each_round(script: Script, addition: Addition, uses: list[cst.Name]) -> None:
    """Raise Unsure where correlations would be added to what has those of the round before."""
    for loop in script.loops(addition.call):
        within = [use for use in uses if loop in script.ancestors(use)]
        first = min(within, key=script.start, default=None)
        block = script.above(first, cst.For, *_BLOCKS) if first is not None else None
        if (
            first is None
            or block is None
            or is_read(script, first)
            or block not in script.ancestors(addition.call)
        ):
            reason = f"{addition.target.value} may have correlations from the previous iteration"
            raise Unsure(addition.call, reason)


def _check_data_stay(script: Script, addition: Addition, use: cst.Name) -> None:
    """Raise Unsure where the data may change between `add_correlations` and `collect`."""
    if not isinstance(addition.data, cst.Name):
        return
    name = addition.data.value
    for other in script.names[name]:
        is_between = script.end(addition.call) < script.start(other) < script.start(use)
        is_argument = isinstance(script.parent(other), cst.Arg)
        if is_between and not is_argument and script.scope(other) is addition.scope:
            raise Unsure(other, f"{name} may change between add_correlations and collect")
