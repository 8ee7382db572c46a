"""A report for people: a table for each script on a terminal, else a line for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Optional

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..scripts import UnreadableScript
from ..texts import counted, printable
from .findings import Finding, Report, Target, Verdict

_STYLES = {
    Verdict.UNCHANGED: "green",
    Verdict.UNSEEN: "magenta",
    Verdict.DIFFERS: "yellow",
    Verdict.CHANGE: "bold red",
}
_PLACES = {Target.BRIDGE: "under the bridge", Target.ENDPOINT: "on an endpoint"}


def tables(
    findings: Sequence[Finding],
    unreadable: Iterable[UnreadableScript],
    target: Optional[Target] = None,
) -> Iterator[RenderableType]:
    """Yield a heading and a table for each script, then what could not be read."""
    widest_word = max((len(_word(one, target)) for one in findings), default=0)
    widest = max((len(_position(one)) for one in findings), default=0)
    for path, group in groupby(findings, key=lambda one: one.place.path):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(justify="right", no_wrap=True, min_width=widest + 2, style="dim")
        table.add_column(no_wrap=True, min_width=widest_word)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for one in group:
            text = Text(one.message)
            if one.advice:
                text.append(f"\n-> {one.advice}", style="bold")
            word = Text(_word(one, target), style=_STYLES[one.verdict_for(target)])
            table.add_row(_position(one), word, one.rule, text)
        yield Text(printable(path), style="bold underline")
        yield table
        yield Text()
    problems = list(unreadable)
    if problems:
        yield Text("could not be read", style="bold red")
        for problem in problems:
            yield Text(f"  {_place(problem.path, problem.cell, problem.line)} ").append(
                printable(problem.reason), style="red"
            )
        yield Text()


def lines(
    findings: Iterable[Finding],
    unreadable: Iterable[UnreadableScript],
    target: Optional[Target] = None,
) -> Iterator[str]:
    """Yield one line for each finding and each file or cell that could not be read."""
    for one in findings:
        place = _place(one.place.path, one.place.cell, one.place.line, one.place.column)
        advice = f" -> {one.advice}" if one.advice else ""
        yield f"{place} {_word(one, target)} {one.rule} {one.message}{advice}"
    for problem in unreadable:
        place = _place(problem.path, problem.cell, problem.line)
        yield f"{place} unreadable {printable(problem.reason)}"


def _word(finding: Finding, target: Optional[Target]) -> str:
    """Return the verdict for a target, or both where they are not the same."""
    if target is None and finding.bridge is not finding.endpoint:
        return f"{finding.bridge.value}/{finding.endpoint.value}"
    return finding.verdict_for(target).value


def summary(report: Report, target: Optional[Target] = None) -> str:
    """Return the counts in one line, for a target or for both."""
    looked_at = [counted(report.files, "script")]
    if report.environments:
        looked_at.append(counted(report.environments, "environment"))
    targets = list(Target) if target is None else [target]
    if len({_counts(report, each) for each in targets}) == 1:
        parts = [_counts(report, targets[0])]
    else:
        parts = [f"{_PLACES[each]} {_counts(report, each)}" for each in targets]
    rest = []
    if report.ignored:
        rest.append(f"{report.ignored} ignored")
    if report.unreadable:
        rest.append(f"{len(report.unreadable)} could not be read")
    counts = "; ".join(parts)
    return f"{', '.join(looked_at)}: {', '.join([counts, *rest])}"


def _counts(report: Report, target: Target) -> str:
    unchanged = report.count(Verdict.UNCHANGED, target)
    differs = report.count(Verdict.DIFFERS, target)
    unseen = report.count(Verdict.UNSEEN, target)
    parts = [
        f"{counted(unchanged, 'place')} {'works' if unchanged == 1 else 'work'} unchanged",
        f"{differs} {'differs' if differs == 1 else 'differ'}",
        f"{report.count(Verdict.CHANGE, target)} must be changed",
    ]
    if unseen:
        parts.append(f"{unseen} {'is' if unseen == 1 else 'are'} not followed")
    return ", ".join(parts)


def _position(finding: Finding) -> str:
    cell = "" if finding.place.cell is None else f"cell {finding.place.cell} "
    return f"{cell}{finding.place.line}:{finding.place.column}"


def _place(
    path: str, cell: Optional[int], line: Optional[int], column: Optional[int] = None
) -> str:
    parts = [printable(path)]
    if cell is not None:
        parts.append(f"cell {cell}")
    parts.extend(str(number) for number in (line, column) if number is not None)
    return ":".join(parts) + ":"
