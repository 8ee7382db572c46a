"""What `mdc-bridge compare` prints about a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from ..texts import counted, printable
from .console import notes, out

if TYPE_CHECKING:
    from ..compare import Dataset, Report, Side

_SHOWN_SAMPLES = 5
_SHOWN_CELLS = 3
_SHOWN_COLUMNS = 10
_SHOWN_PROBLEMS = 10
_KINDS = {
    "missing_left": "only in the JSONL",
    "missing_right": "only in the CSV",
    "differs": "differs",
    "order": "in a different order",
}


def print_report(report: Report) -> None:
    """Print the numbers of each collection, examples, and what could not be read."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("endpoint/deployment\n  collection, version", overflow="fold")
    for name in ("CSV", "JSONL", "only CSV", "only JSONL", "differ"):
        table.add_column(name, justify="right")
    if any(dataset.unreadable for dataset in report.datasets):
        table.add_column("unreadable", justify="right")
    for dataset in report.datasets:
        counts = dataset.total
        findings = [counts.missing_right, counts.missing_left, counts.differing]
        findings += [dataset.unreadable][: len(table.columns) - 6]
        name = f"{dataset.endpoint}/{dataset.deployment}\n  {dataset.collection}, {dataset.version}"
        table.add_row(
            Text(name),
            f"{counts.left:,}",
            f"{counts.right:,}",
            *(Text(f"{number:,}", style="red" if number else "") for number in findings),
        )
    out.print(table)
    for dataset in report.datasets:
        lines = list(_lines(dataset))
        if lines:
            names = (dataset.endpoint, dataset.deployment, dataset.collection, dataset.version)
            out.print(Text("/".join(names), style="bold"))
        for line in lines:
            out.print(Text(f"  {printable(line)}"))
    if report.sampled_out:
        out.print(Text(f"{counted(report.sampled_out, 'CSV row')} excluded by sampling"))
    _print_side(report.left)
    _print_side(report.right)
    unreadable = f"; {report.unreadable:,} could not be read" if report.unreadable else ""
    if report.is_empty:
        what = "selected by sampling " if report.sampled_out else ""
        message = f"No rows to compare: neither side has rows {what}in the period"
        notes.print(
            Text(f"{message} ({report.asked or 'of any time'}){unreadable}", style="yellow")
        )
        return
    found = report.differences
    left = counted(report.total.left, "CSV row")
    right = counted(report.total.right, "JSONL row")
    out.print(
        Text(counted(found, "difference"), style="bold red" if found else "bold green")
        + Text(f" in {left} and {right}")
        + Text(unreadable, style="bold red")
    )
    if report.hint:
        out.print(Text(report.hint, style="yellow"))


def _lines(dataset: Dataset) -> Iterator[str]:
    """Yield what there is to say of a collection beside its numbers."""
    if dataset.matched_without_id:
        yield f"{counted(dataset.matched_without_id, 'row')} matched by content, without an id"
    if dataset.repeated_left or dataset.repeated_right:
        yield (
            f"duplicates of rows that both sides have: {dataset.repeated_left:,} in the CSV, "
            f"{dataset.repeated_right:,} in the JSONL"
        )
    if dataset.in_doubt:
        yield f"{counted(dataset.in_doubt, 'CSV row')} may be outside the period or the sample"
    outputs = dataset.without_outputs
    if outputs is not None and (outputs.left or outputs.right):
        left, right = (
            "unknown" if count is None else f"{count:,}" for count in (outputs.left, outputs.right)
        )
        yield f"ids without outputs: {left} in the CSV, {right} in the JSONL"
    columns = sorted(dataset.columns.items(), key=lambda item: -item[1].rows)
    for name, column in columns[:_SHOWN_COLUMNS]:
        yield f"column {name}: differs in {counted(column.rows, 'row')}"
    if len(columns) > _SHOWN_COLUMNS:
        yield f"and {counted(len(columns) - _SHOWN_COLUMNS, 'more column')}"
    for names, rows in dataset.renamed.items():
        yield f"has another name in the CSV's header: {names} ({counted(rows, 'row')})"
    for sample in dataset.samples[:_SHOWN_SAMPLES]:
        cells = "; ".join(
            f"{cell.column}: {cell.left or '∅'} | {cell.right or '∅'}"
            for cell in sample.cells[:_SHOWN_CELLS]
        )
        more = len(sample.cells[_SHOWN_CELLS:]) + sample.more_cells
        if more:
            cells += f"; and {counted(more, 'more column')}"
        place = sample.left or sample.right
        where = f"{place.path}:{place.line}" if place else ""
        yield f"{sample.hour} {_KINDS[sample.kind]}: {cells} ({where})"


def _print_side(side: Side) -> None:
    if side.torn:
        notes.print(Text(f"{side.place}: {counted(side.torn, 'truncated last row')} skipped"))
    if side.not_read:
        copies = f"{side.copies:,} {'copy' if side.copies == 1 else 'copies'} of others"
        left_out = f"{counted(side.left_out, 'file')} left out"
        notes.print(Text(f"{side.place}: not read: {left_out}, {copies}"))
        for reason in side.not_read[:_SHOWN_PROBLEMS]:
            notes.print(Text(f"  {printable(reason)}"))
    if side.unreadable:
        notes.print(Text(f"{side.place}: {side.unreadable:,} could not be read:", style="red"))
        for problem in side.problems[:_SHOWN_PROBLEMS]:
            notes.print(Text(f"  {printable(problem)}"))
