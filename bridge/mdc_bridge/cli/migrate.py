"""`mdc-bridge migrate`: the historic archive in the new layout."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..texts import counted, printable
from .archive import MB, SourceArgument, SourceContainer, code_of, read_plan
from .console import notes, out, print_json, progress_bar
from .exits import FAILED, FINDINGS, FINE
from .migrate_report import print_report

if TYPE_CHECKING:
    from ..migrate import Plan


def migrate(
    source: SourceArgument,
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DESTINATION",
            help="The destination, in the same forms; lines are written below modelDataCollector/.",
        ),
    ],
    plan_file: Annotated[
        Optional[Path],
        typer.Option(
            "--plan",
            help="The plan; without one, all rows are read first to make one.",
        ),
    ] = None,
    engine: Annotated[str, typer.Option(help="Where to run: local or spark.")] = "local",
    jobs: Annotated[
        Optional[int],
        typer.Option(help="Number of processes; default: one per core."),
    ] = None,
    memory: Annotated[int, typer.Option(help="Memory for rows in each process, in MB.")] = 256,
    since: Annotated[
        Optional[str],
        typer.Option(
            help="From this day or time (UTC), such as 2019-06-01 or 2019-06-01T09:30.",
        ),
    ] = None,
    until: Annotated[
        Optional[str],
        typer.Option(
            help="Before this day or time, such as the beginning of dual mode.",
        ),
    ] = None,
    skip_existing: Annotated[
        Optional[bool],
        typer.Option(
            "--skip-existing/--no-skip-existing",
            help="Leave out rows that are already in collected lines at the destination or "
            "beside the archive; default: as the plan says, which is yes unless changed.",
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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Convert an archive of CSV files to the JSONL of the new SDK.

    A second run converts what is missing: units of an interrupted run and files that changed.

    Exit codes: 0 everything is converted, 1 rows were rejected or files left out, 2 the migration
    failed, or a file could not be read (the others are converted).
    """
    from ..migrate import migrate as run_migration

    plan = None if plan_file is None else read_plan(plan_file)
    options: dict[str, Any] = {
        "since": since,
        "until": until,
        "source_container": source_container,
        "container": container,
    }
    if check and take_back:
        raise SettingsError("--verify and --undo cannot be used together")
    if check:
        _verify(source, destination, plan, as_json, **options)
        return
    if take_back:
        _undo(source, destination, as_json, **options)
        return
    with progress_bar("migrating") as progress:
        report = run_migration(
            source,
            destination,
            plan,
            engine=engine,
            jobs=jobs,
            memory=memory * MB,
            skip_existing=skip_existing,
            force=force,
            progress=progress,
            **options,
        )
    if as_json:
        print_json({**asdict(report), "is_complete": report.is_complete})
    else:
        print_report(report)
    if any(each.unreadable_lines for each in report.datasets.values()):
        raise typer.Exit(FAILED)
    raise typer.Exit(max(code_of(report.left_out), FINE if report.is_complete else FINDINGS))


def _verify(
    source: str, destination: str, plan: Optional[Plan], as_json: bool, **options: Any
) -> None:
    from ..migrate import verify

    with progress_bar("verifying") as progress:
        result = verify(source, destination, plan, progress=progress, **options)
    if as_json:
        print_json({**asdict(result), "is_as_written": result.is_as_written})
    else:
        for what in ("missing", "changed", "extra"):
            for path in getattr(result, what):
                out.print(f"{what}: {printable(path)}", markup=False)
        _print_others(result.others)
        if result.unmarked:
            notes.print(
                f"{counted(result.unmarked, 'file')} written by an older release, which did not "
                "record their content"
            )
        out.print(
            f"{counted(result.files, 'file')} as written, {len(result.missing):,} missing, "
            f"{len(result.changed):,} changed, {len(result.extra):,} extra"
        )
    if not result.is_as_written:
        raise typer.Exit(FINDINGS)


def _undo(source: str, destination: str, as_json: bool, **options: Any) -> None:
    from ..migrate import undo

    with progress_bar("removing") as progress:
        result = undo(source, destination, progress=progress, **options)
    if as_json:
        print_json(asdict(result))
    else:
        _print_others(result.others)
        for path in result.changed:
            out.print(
                f"kept, because it changed after it was written: {printable(path)}", markup=False
            )
        removed = counted(result.removed, "file")
        out.print(f"{removed} of {counted(result.units, 'unit')} removed")
    if result.changed:
        raise typer.Exit(FINDINGS)


def _print_others(others: dict[str, int]) -> None:
    for url, units in others.items():
        whose = (
            f"of {printable(url)}"
            if url
            else "written by an older release from files that no longer exist"
        )
        notes.print(f"not looked at: {counted(units, 'unit')} {whose}", markup=False)
