"""`mdc-bridge compare`: CSV against JSONL, as a table, JSON, or a page for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..moments import utc_now
from ..texts import counted, printable
from .console import notes, out, print_json, progress_bar
from .exits import FAILED, FINDINGS
from .output_file import check_free, writing
from .plan_file import read_plan

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


def compare(
    left: Annotated[
        str,
        typer.Argument(
            metavar="LEFT",
            help="CSV: the folder modeldata, its parent folder, or a storage account.",
        ),
    ],
    right: Annotated[
        str,
        typer.Argument(
            metavar="RIGHT",
            help="JSONL: the folder modelDataCollector, its parent folder, or a storage account.",
        ),
    ],
    since: Annotated[
        Optional[str], typer.Option(help="From this time (UTC), such as 2026-11-21T09.")
    ] = None,
    until: Annotated[
        Optional[str],
        typer.Option(help="Before this time; use it to exclude rows still waiting in a spool."),
    ] = None,
    endpoint: Annotated[
        Optional[str], typer.Option(help="Endpoint of the JSONL, if MDC_ENDPOINT was set.")
    ] = None,
    deployment: Annotated[
        Optional[str], typer.Option(help="Deployment of the JSONL, if MDC_DEPLOYMENT was set.")
    ] = None,
    collection: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="DESIGNATION=NAME",
            help="A designation=collection pair of MDC_COLLECTIONS; may be repeated.",
        ),
    ] = None,
    service: Annotated[Optional[str], typer.Option(help="Only CSV of this web service.")] = None,
    model: Annotated[Optional[str], typer.Option(help="Only CSV of this model.")] = None,
    designation: Annotated[
        Optional[list[str]],
        typer.Option(help="Only CSV of this designation; may be repeated."),
    ] = None,
    plan: Annotated[
        Optional[Path], typer.Option(help="The plan of the migration that made the JSONL.")
    ] = None,
    sampled: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", help="Percentage of requests that sampling kept in the JSONL."
        ),
    ] = 100.0,
    encoding: Annotated[
        str, typer.Option(help="Encoding of the CSV: auto, or a name such as latin-1.")
    ] = "auto",
    header: Annotated[
        str, typer.Option(help="Whether CSV files start with a header: auto, present or absent.")
    ] = "auto",
    time_zone: Annotated[str, typer.Option(help="Time zone of the CSV.")] = "UTC",
    engine: Annotated[str, typer.Option(help="Where to run: local or spark.")] = "local",
    jobs: Annotated[
        Optional[int],
        typer.Option(min=1, help="Number of processes; default: one per core.", show_default=False),
    ] = None,
    html: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="Write an HTML page.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing page.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    source_container: Annotated[
        str, typer.Option(help="Container of the CSV, in a storage account.")
    ] = CSV_ROOT,
    container: Annotated[
        str, typer.Option(help="Container of the JSONL, in a storage account.")
    ] = CSV_ROOT,
    left_container: Annotated[Optional[str], typer.Option(hidden=True)] = None,
    right_container: Annotated[Optional[str], typer.Option(hidden=True)] = None,
) -> None:
    """Compare CSV with the JSONL that was collected at the same time or converted from it.

    Exit codes: 0 no difference, 1 differences, no rows to compare on either side, or files that
    look like data are left out, 2 something could not be read.
    """
    from .. import compare as comparing

    for old, new in ((left_container, "--source-container"), (right_container, "--container")):
        if old is not None:
            raise SettingsError(
                f"--left-container is now --source-container, and --right-container is "
                f"--container; here: {new} {old}"
            )
    if html is not None:
        check_free(html, force)
    made = utc_now()
    with progress_bar("Comparing") as progress:
        report = comparing.compare(
            left,
            right,
            since=since,
            until=until,
            endpoint=endpoint,
            deployment=deployment,
            collections=dict(map(_pair, collection or ())),
            service=service,
            model=model,
            designations=designation,
            sampled=sampled,
            encoding=encoding,
            header=header,
            time_zone=time_zone,
            plan=None if plan is None else read_plan(plan),
            source_container=source_container,
            container=container,
            engine=engine,
            jobs=jobs,
            progress=progress,
        )
    if html is not None:
        with writing(html, force) as stream:
            stream.write(comparing.render_page(report).encode())
    if as_json:
        print_json(report.to_json(made))
    else:
        _print_report(report)
        if html is not None:
            notes.print(Text(f"Page: {html}"))
    if report.unreadable:
        raise typer.Exit(FAILED)
    if report.differences or report.is_empty or report.left_out:
        raise typer.Exit(FINDINGS)


def _pair(text: str) -> tuple[str, str]:
    designation, equals, name = (part.strip() for part in text.partition("="))
    if not (designation and equals and name):
        raise SettingsError(
            f"--collection is {text!r}; valid: designation=collection, such as predictions=scores"
        )
    return designation, name


def _print_report(report: Report) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("endpoint/deployment\n  collection, version", overflow="fold")
    for name in ("CSV", "JSONL", "only CSV", "only JSONL", "differ"):
        table.add_column(name, justify="right")
    if any(dataset.unreadable for dataset in report.datasets):
        table.add_column("unreadable", justify="right")
    for dataset in report.datasets:
        counts = dataset.total
        numbers = (counts.left, counts.right)
        findings = [counts.missing_right, counts.missing_left, counts.differing]
        findings += [dataset.unreadable][: len(table.columns) - 6]
        table.add_row(
            Text(
                f"{dataset.endpoint}/{dataset.deployment}\n"
                f"  {dataset.collection}, {dataset.version}"
            ),
            *(f"{number:,}" for number in numbers),
            *(Text(f"{number:,}", style="red" if number else "") for number in findings),
        )
    out.print(table)
    for dataset in report.datasets:
        _print_dataset(dataset)
    if report.sampled_out:
        out.print(Text(f"{counted(report.sampled_out, 'CSV row')} excluded by sampling"))
    _print_side(report.left)
    _print_side(report.right)
    unreadable = f"; {report.unreadable:,} could not be read" if report.unreadable else ""
    if report.is_empty:
        what = "selected by sampling " if report.sampled_out else ""
        told = f"No rows to compare: neither side has rows {what}in the period"
        notes.print(Text(f"{told} ({_period(report)}){unreadable}", style="yellow"))
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


def _period(report: Report) -> str:
    bounds = (("since", report.since), ("until", report.until))
    return " ".join(f"{name} {bound}" for name, bound in bounds if bound) or "of any time"


def _print_dataset(dataset: Dataset) -> None:
    lines = []
    if dataset.matched_without_id:
        lines.append(
            f"{counted(dataset.matched_without_id, 'row')} matched by content, without an id"
        )
    if dataset.repeated_left or dataset.repeated_right:
        lines.append(
            f"duplicates of rows that both sides have: {dataset.repeated_left:,} in the CSV, "
            f"{dataset.repeated_right:,} in the JSONL"
        )
    if dataset.in_doubt:
        lines.append(
            f"{counted(dataset.in_doubt, 'CSV row')} may be outside the period or the sample"
        )
    outputs = dataset.without_outputs
    if outputs is not None and (outputs.left or outputs.right):
        left = "unknown" if outputs.left is None else f"{outputs.left:,}"
        right = "unknown" if outputs.right is None else f"{outputs.right:,}"
        lines.append(f"ids without outputs: {left} in the CSV, {right} in the JSONL")
    columns = sorted(dataset.columns.items(), key=lambda item: -item[1].rows)
    for name, column in columns[:_SHOWN_COLUMNS]:
        lines.append(f"column {name}: differs in {counted(column.rows, 'row')}")
    if len(columns) > _SHOWN_COLUMNS:
        lines.append(f"and {counted(len(columns) - _SHOWN_COLUMNS, 'more column')}")
    for names, rows in dataset.renamed.items():
        lines.append(f"has another name in the CSV's header: {names} ({counted(rows, 'row')})")
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
        lines.append(f"{sample.hour} {_KINDS[sample.kind]}: {cells} ({where})")
    if lines:
        out.print(Text(_name(dataset), style="bold"))
        for line in lines:
            out.print(Text(f"  {printable(line)}"))


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


def _name(dataset: Dataset) -> str:
    return "/".join((dataset.endpoint, dataset.deployment, dataset.collection, dataset.version))
