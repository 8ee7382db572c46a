"""`mdc-bridge migrate`: the historic archive in the new layout."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..texts import counted, printable
from .console import notes, out, print_json, progress_bar
from .exits import FAILED, FINDINGS, FINE
from .left_out import code_of, print_left_out
from .plan import AsJson, Source, SourceContainer
from .plan_file import read_plan

if TYPE_CHECKING:
    from ..migrate import MigrationReport, Plan

_MB = 1024 * 1024
_LISTED = 5


def migrate(
    source: Source,
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DESTINATION",
            help="The destination, in the same forms; lines are written below modelDataCollector/.",
            show_default=False,
        ),
    ],
    plan_file: Annotated[
        Optional[Path],
        typer.Option(
            "--plan",
            help="The plan; without one, all rows are read first to make one.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[str, typer.Option(help="Where to run: local or spark.")] = "local",
    jobs: Annotated[
        Optional[int],
        typer.Option(help="Number of processes; default: one per core.", show_default=False),
    ] = None,
    memory: Annotated[int, typer.Option(help="Memory for rows in each process, in MB.")] = 256,
    since: Annotated[
        Optional[str],
        typer.Option(
            help="From this day or time (UTC), such as 2019-06-01 or 2019-06-01T09:30.",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        Optional[str],
        typer.Option(
            help="Before this day or time, such as the beginning of dual mode.",
            show_default=False,
        ),
    ] = None,
    skip_existing: Annotated[
        Optional[bool],
        typer.Option(
            "--skip-existing/--no-skip-existing",
            help="Leave out rows that are already in collected lines at the destination or "
            "beside the archive; default: as the plan says, which is yes unless changed.",
            show_default=False,
        ),
    ] = None,
    source_container: SourceContainer = CSV_ROOT,
    container: Annotated[
        str, typer.Option(help="Container of the destination, in a storage account.")
    ] = CSV_ROOT,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace files written by an earlier run with another plan."),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Convert nothing; read the destination and report missing, changed and "
            "extra files.",
        ),
    ] = False,
    take_back: Annotated[
        bool,
        typer.Option(
            "--undo", help="Convert nothing; remove the converted files from the destination."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Convert an archive of CSV files to the JSONL of the new SDK.

    A second run converts what is missing: units of an interrupted run and files that changed.

    Exit codes: 0 everything is converted, 1 rows were rejected or files left out, 2 the migration
    failed, or a file could not be read (the others are converted).
    """
    from ..migrate import migrate as run_migration

    made = None if plan_file is None else read_plan(plan_file)
    places = {"source_container": source_container, "container": container}
    if check and take_back:
        raise SettingsError("--verify and --undo cannot be used together")
    if check:
        _verify(source, destination, made, as_json, since=since, until=until, **places)
        return
    if take_back:
        _undo(source, destination, as_json, since=since, until=until, **places)
        return
    with progress_bar("migrating") as progress:
        report = run_migration(
            source,
            destination,
            made,
            engine=engine,
            jobs=jobs,
            memory=memory * _MB,
            since=since,
            until=until,
            skip_existing=skip_existing,
            force=force,
            source_container=source_container,
            container=container,
            progress=progress,
        )
    if as_json:
        print_json({**asdict(report), "is_complete": report.is_complete})
    else:
        _print_report(report)
    raise typer.Exit(_code_of(report))


def _code_of(report: MigrationReport) -> int:
    if any(each.unreadable_lines for each in report.datasets.values()):
        return FAILED
    return max(code_of(report.left_out), FINE if report.is_complete else FINDINGS)


def _verify(
    source: str, destination: str, made: Optional[Plan], as_json: bool, **options: Any
) -> None:
    from ..migrate import verify

    with progress_bar("verifying") as progress:
        found = verify(source, destination, made, progress=progress, **options)
    if as_json:
        print_json({**asdict(found), "is_as_written": found.is_as_written})
    else:
        for what in ("missing", "changed", "extra"):
            for path in getattr(found, what):
                out.print(f"{what}: {printable(path)}", markup=False)
        _print_others(found.others)
        if found.unmarked:
            notes.print(
                f"{counted(found.unmarked, 'file')} written by an older release, which did not "
                "record their content"
            )
        others = (len(found.missing), len(found.changed), len(found.extra))
        numbers = "{:,} missing, {:,} changed, {:,} extra".format(*others)
        out.print(f"{counted(found.files, 'file')} as written, {numbers}")
    if not found.is_as_written:
        raise typer.Exit(FINDINGS)


def _undo(source: str, destination: str, as_json: bool, **options: Any) -> None:
    from ..migrate import undo

    with progress_bar("removing") as progress:
        undone = undo(source, destination, progress=progress, **options)
    if as_json:
        print_json(asdict(undone))
    else:
        _print_others(undone.others)
        for path in undone.changed:
            out.print(
                f"kept, because it changed after it was written: {printable(path)}", markup=False
            )
        removed = counted(undone.removed, "file")
        out.print(f"{removed} of {counted(undone.units, 'unit')} removed")
    if undone.changed:
        raise typer.Exit(FINDINGS)


def _print_others(others: dict[str, int]) -> None:
    for url, units in others.items():
        whose = (
            f"of {printable(url)}"
            if url
            else "written by an older release from files that no longer exist"
        )
        notes.print(f"not looked at: {counted(units, 'unit')} {whose}", markup=False)


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
        notes.print("nothing to do: no file belongs to the plan's datasets and the period")
    elif all(each.units == each.resumed for each in report.datasets.values()):
        notes.print("nothing to do: everything was migrated before, and no file has changed since")
    if report.mended:
        notes.print(
            f"{counted(report.mended, 'unit')} converted again: files at the destination were "
            "missing or of another size"
        )
    left_out = sum(each.left_out for each in report.datasets.values())
    if left_out:
        notes.print(f"left out: {counted(left_out, 'row')} of another time")
    collected = sum(each.collected for each in report.datasets.values())
    if collected:
        notes.print(
            f"left out: {counted(collected, 'row')} in collected lines already, at the destination "
            "or beside the archive (--no-skip-existing converts them, too)"
        )
    unreadable = sum(each.unreadable_lines for each in report.datasets.values())
    if unreadable:
        notes.print(
            f"not looked at: {counted(unreadable, 'collected line')} that cannot be read "
            "(mdc-bridge read lists them); their rows may be there twice"
        )
    if report.unknown:
        names = ", ".join(map(printable, report.unknown[:_LISTED]))
        more = len(report.unknown) - _LISTED
        notes.print(
            f"collected as {names}{f' and {more:,} more' if more > 0 else ''}: no dataset of "
            "the plan has these rows; if one should, give it these names",
            markup=False,
        )
    for name, each in sorted(report.datasets.items()):
        for reason, rows in sorted(each.reasons.items()):
            notes.print(f"rejected: {counted(rows, 'row')} of {name}: {reason}", markup=False)
        if each.infinities:
            notes.print(
                f"null: {counted(each.infinities, 'cell')} of {name}: an infinity, which JSON "
                "cannot hold; `string` in the plan keeps it",
                markup=False,
            )
        if each.other_times:
            notes.print(
                f"time: {counted(each.other_times, 'row')} of {name} with another time than the "
                "first row of the same id; the line has the first one",
                markup=False,
            )
        if each.cut:
            notes.print(
                f"cut: {counted(each.cut, 'line')} of {name}: too many rows for --memory",
                markup=False,
            )
    for path in report.rejects:
        notes.print(f"rejected rows are in {path}", markup=False)
    for path in report.unplanned:
        notes.print(f"left out, not in the plan: {path}", markup=False)
    print_left_out(report.left_out)
