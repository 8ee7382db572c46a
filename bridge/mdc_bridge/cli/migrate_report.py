"""What `mdc-bridge migrate` prints about a migration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..texts import counted, printable
from .archive import print_left_out
from .console import notes, out

if TYPE_CHECKING:
    from ..migrate import MigrationReport

_LISTED = 5


def print_report(report: MigrationReport) -> None:
    """Print the numbers of each dataset, and what else there is to say."""
    titles = ("dataset", "units", "resumed", "files", "rows", "lines", "rejected", "no id")
    table: list[tuple[str, ...]] = [titles]
    for name, each in sorted(report.datasets.items()):
        numbers = (each.units, each.resumed, each.files, each.rows, each.lines, each.rejected)
        counts = (*numbers, each.without_correlation)
        table.append((name, *(f"{number:,}" for number in counts)))
    # A table of rich cuts names to the width of a terminal.
    first, *others = (max(map(len, column)) for column in zip(*table))
    for name, *texts in table:
        cells = (text.rjust(width) for text, width in zip(texts, others))
        out.print("  ".join((name.ljust(first), *cells)), markup=False)
    for remark in _remarks(report):
        notes.print(remark, markup=False)
    print_left_out(report.left_out)


def _remarks(report: MigrationReport) -> Iterator[str]:
    """Yield what else there is to say, in lines."""
    datasets = sorted(report.datasets.items())
    if not datasets:
        yield "nothing to do: no file belongs to the plan's datasets and the period"
    elif all(each.units == each.resumed for _, each in datasets):
        yield "nothing to do: everything was migrated before, and no file has changed since"
    if report.mended:
        yield (
            f"{counted(report.mended, 'unit')} converted again: files at the destination were "
            "missing or of another size"
        )
    left_out = sum(each.left_out for _, each in datasets)
    if left_out:
        yield f"left out: {counted(left_out, 'row')} of another time"
    collected = sum(each.collected for _, each in datasets)
    if collected:
        yield (
            f"left out: {counted(collected, 'row')} in collected lines already, at the destination "
            "or beside the archive (--no-skip-existing converts them, too)"
        )
    unreadable = sum(each.unreadable_lines for _, each in datasets)
    if unreadable:
        yield (
            f"not looked at: {counted(unreadable, 'collected line')} that cannot be read "
            "(mdc-bridge read lists them); their rows may be there twice"
        )
    if report.unknown:
        names = ", ".join(map(printable, report.unknown[:_LISTED]))
        more = len(report.unknown) - _LISTED
        yield (
            f"collected as {names}{f' and {more:,} more' if more > 0 else ''}: no dataset of "
            "the plan has these rows; if one should, give it these names"
        )
    for name, each in datasets:
        for reason, rows in sorted(each.reasons.items()):
            yield f"rejected: {counted(rows, 'row')} of {name}: {reason}"
        if each.infinities:
            yield (
                f"null: {counted(each.infinities, 'cell')} of {name}: an infinity, which JSON "
                "cannot hold; `string` in the plan keeps it"
            )
        if each.other_times:
            yield (
                f"time: {counted(each.other_times, 'row')} of {name} with another time than the "
                "first row of the same id; the line has the first one"
            )
        if each.cut:
            yield f"cut: {counted(each.cut, 'line')} of {name}: too many rows for --memory"
    for path in report.rejects:
        yield f"rejected rows are in {path}"
    for path in report.unplanned:
        yield f"left out, not in the plan: {path}"
