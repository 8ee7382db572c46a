"""A report for people: a table for each script on a terminal, else a line for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Optional

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..counted import counted
from ..printable import printable
from ..scripts import UnreadableScript
from .findings import Finding, Report, Verdict

_WORDS = {Verdict.UNCHANGED: "unchanged", Verdict.DIFFERS: "differs", Verdict.CHANGE: "change"}
_STYLES = {Verdict.UNCHANGED: "green", Verdict.DIFFERS: "yellow", Verdict.CHANGE: "bold red"}


def tables(
    findings: Sequence[Finding], unreadable: Iterable[UnreadableScript]
) -> Iterator[RenderableType]:
    """Yield a heading and a table for each script, then what could not be read."""
    widest = max((len(_position(one)) for one in findings), default=0)
    for path, group in groupby(findings, key=lambda one: one.place.path):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(justify="right", no_wrap=True, min_width=widest + 2, style="dim")
        table.add_column(no_wrap=True, min_width=len("unchanged"))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for one in group:
            text = Text(one.message)
            if one.advice:
                text.append(f"\n-> {one.advice}", style="bold")
            word = Text(_WORDS[one.verdict], style=_STYLES[one.verdict])
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


def lines(findings: Iterable[Finding], unreadable: Iterable[UnreadableScript]) -> Iterator[str]:
    """Yield one line for each finding and each file or cell that could not be read."""
    for one in findings:
        place = _place(one.place.path, one.place.cell, one.place.line, one.place.column)
        advice = f" -> {one.advice}" if one.advice else ""
        yield f"{place} {_WORDS[one.verdict]} {one.rule} {one.message}{advice}"
    for problem in unreadable:
        place = _place(problem.path, problem.cell, problem.line)
        yield f"{place} unreadable {printable(problem.reason)}"


def summary(report: Report) -> str:
    """Return the counts in one line."""
    looked_at = [counted(report.files, "script")]
    if report.environments:
        looked_at.append(counted(report.environments, "environment"))
    unchanged = report.count(Verdict.UNCHANGED)
    parts = [
        f"{counted(unchanged, 'place')} {'works' if unchanged == 1 else 'work'} unchanged",
        f"{report.count(Verdict.DIFFERS)} differ",
        f"{report.count(Verdict.CHANGE)} must be changed",
    ]
    if report.ignored:
        parts.append(f"{report.ignored} ignored")
    if report.unreadable:
        parts.append(f"{len(report.unreadable)} could not be read")
    return f"{', '.join(looked_at)}: {', '.join(parts)}"


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
