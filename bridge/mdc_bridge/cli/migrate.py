"""`mdc-bridge plan` and `mdc-bridge migrate`: the historic archive in the new layout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..counted import counted
from ..printable import printable
from .console import notes, out, print_json, progress
from .exits import FAILED, FINDINGS
from .output_file import check_free, writing
from .plan_file import read_plan

if TYPE_CHECKING:
    from ..archive.places import LeftOut
    from ..migrate import MigrationReport, Plan

_MB = 1024 * 1024
Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="The archive: a folder, file:// URL, connection string or account URL.",
        show_default=False,
    ),
]
SourceContainer = Annotated[
    str, typer.Option(help="Container of the archive, in a storage account.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def plan(
    source: Source,
    output: Annotated[
        Optional[Path],
        typer.Option("--out", "-o", help="Write the plan to this file.", show_default=False),
    ] = None,
    sample: Annotated[
        str, typer.Option(help="MB to read of each dataset, or all.", metavar="MB")
    ] = "64",
    source_container: SourceContainer = CSV_ROOT,
    container: Annotated[Optional[str], typer.Option(hidden=True)] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what an archive holds and what it becomes, as YAML to be changed and migrated by.

    Exit codes: 0 the plan is made, 1 it is made and files are left out, 2 something could not be
    read.
    """
    from ..migrate import dump_plan, plan_as_dict
    from ..migrate import plan as make_plan

    if container is not None:
        raise SettingsError(
            "--container is the container of a destination; that of the archive is "
            f"--source-container {container}"
        )
    if output is not None:
        check_free(output, force)
    with progress("reading the archive") as advance:
        made = make_plan(
            source, source_container=source_container, sample=_sample(sample), advance=advance
        )
    if output is not None:
        with writing(output, force) as stream:
            stream.write(dump_plan(made).encode())
    if as_json:
        print_json(plan_as_dict(made))
    elif output is None:
        out.file.write(dump_plan(made))
    else:
        _print_plan(made)
    _print_left_out(made.left_out)
    if made.left_out:
        raise typer.Exit(_code_of(made.left_out))


def migrate(
    source: Source,
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DESTINATION",
            help="Where the lines go, below modelDataCollector/; in the same forms.",
            show_default=False,
        ),
    ],
    plan_file: Annotated[
        Optional[Path],
        typer.Option(
            "--plan",
            help="The plan; without one, all rows are read to make it.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[str, typer.Option(help="local or spark.")] = "local",
    jobs: Annotated[
        Optional[int],
        typer.Option(help="Number of processes; without it one for each core.", show_default=False),
    ] = None,
    memory: Annotated[int, typer.Option(help="MB that each process may use for rows.")] = 256,
    since: Annotated[
        Optional[str],
        typer.Option(
            help="From this day of the folders on, such as 2019-06-01.", show_default=False
        ),
    ] = None,
    until: Annotated[
        Optional[str],
        typer.Option(
            help="Before this day of the folders: that on which JSONL was first collected.",
            show_default=False,
        ),
    ] = None,
    source_container: SourceContainer = CSV_ROOT,
    container: Annotated[
        str, typer.Option(help="Container of the destination, in a storage account.")
    ] = CSV_ROOT,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace what an earlier run with another plan has made."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Convert an archive of CSV files to the JSONL of the new SDK.

    A second run does what is missing: what was killed, and files that have changed since.

    Exit codes: 0 all is converted, 1 rows were rejected or files left out, 2 it could not be done,
    or a file could not be read (the others are converted).
    """
    from ..migrate import migrate as run_migration

    made = None if plan_file is None else read_plan(plan_file)
    with progress("migrating") as advance:
        report = run_migration(
            source,
            destination,
            made,
            engine=engine,
            jobs=jobs,
            memory=memory * _MB,
            since=since,
            until=until,
            force=force,
            source_container=source_container,
            container=container,
            advance=advance,
        )
    if as_json:
        print_json({**asdict(report), "is_complete": report.is_complete})
    else:
        _print_report(report)
    if not report.is_complete:
        raise typer.Exit(_code_of(report.left_out))


def _code_of(left_out: Iterable[LeftOut]) -> int:
    return FAILED if any(file.is_unreadable for file in left_out) else FINDINGS


def _sample(text: str) -> Optional[int]:
    if text == "all":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"--sample is {text!r}; valid: `all`, or MB, a whole number from 1 up")
    return int(text) * _MB


def _print_plan(made: Plan) -> None:
    from rich.markup import escape

    for dataset in made.datasets:
        found = dataset.found
        about = "" if found["rows_are"] == "counted" else "about "
        out.print(f"[bold]{escape(str(dataset.source))}[/]")
        out.print(
            f"  {counted(found['files'], 'file')}, {counted(found['bytes'], 'byte')}, "
            f"{about}{counted(found['rows'], 'row')}, "
            f"{found['first']} to {found['last']}"
        )
        out.print(
            f"  -> {dataset.endpoint}/{dataset.deployment}/{dataset.collection}", markup=False
        )
        for decision in dataset.decide:
            out.print(f"  [yellow]decide[/] {escape(decision)}")


def _print_report(report: MigrationReport) -> None:
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
    if not report.datasets:
        notes.print("nothing was due: no file is of the plan's datasets and in the period")
    elif all(each.units == each.resumed for each in report.datasets.values()):
        notes.print("nothing was due: all of it was migrated before, and no file has changed since")
    for name, each in sorted(report.datasets.items()):
        for reason, rows in sorted(each.reasons.items()):
            notes.print(f"rejected: {counted(rows, 'row')} of {name}: {reason}", markup=False)
        if each.cut:
            notes.print(
                f"cut: {counted(each.cut, 'line')} of {name}: too many rows for --memory",
                markup=False,
            )
    for path in report.rejects:
        notes.print(f"rejected rows are in {path}", markup=False)
    for path in report.unplanned:
        notes.print(f"left out, not in the plan: {path}", markup=False)
    _print_left_out(report.left_out)


def _print_left_out(files: Iterable[LeftOut]) -> None:
    for file in files:
        what = "cannot be read" if file.is_unreadable else "left out"
        # The message of an error names the file itself.
        where = "" if file.reason.startswith(file.path) else f"{file.path}: "
        notes.print(f"{what}: {printable(where + file.reason)}", markup=False)
