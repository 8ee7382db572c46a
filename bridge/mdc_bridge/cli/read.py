"""`mdc-bridge read`: collected JSONL as a table, CSV, JSON, JSONL or Parquet."""

from __future__ import annotations

import contextlib
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich.text import Text

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from ..texts import counted, printable
from .console import notes, out, progress_bar
from .exits import FAILED, FINDINGS
from .output_file import check_free
from .read_output import WatchedRows, print_table, write_rows

if TYPE_CHECKING:
    from ..collected.problems import Problem
    from ..read import Problems
    from ..read.batch import FrameSource
    from ..read.rows import SortedRows

_SHOWN_PROBLEMS = 10


class Format(str, Enum):
    """What rows are printed as."""

    table = "table"
    csv = "csv"
    json = "json"
    jsonl = "jsonl"
    parquet = "parquet"


def read(
    root: Annotated[
        str,
        typer.Argument(
            metavar="ROOT",
            help="The folder modelDataCollector, its parent folder, or a storage account.",
        ),
    ],
    collection: Annotated[
        Optional[list[str]],
        typer.Option("--collection", "-c", help="Only this collection; may be repeated."),
    ] = None,
    endpoint: Annotated[Optional[str], typer.Option(help="Only this endpoint.")] = None,
    deployment: Annotated[Optional[str], typer.Option(help="Only this deployment.")] = None,
    since: Annotated[
        Optional[str], typer.Option(help="From this time (UTC), such as 2026-11-21T09.")
    ] = None,
    until: Annotated[Optional[str], typer.Option(help="Before this time.")] = None,
    join: Annotated[
        Optional[str],
        typer.Option(
            metavar="NAME,NAME,...",
            help="Join collections side by side, such as model_inputs,model_outputs.",
        ),
    ] = None,
    truth: Annotated[Optional[Path], typer.Option(help="A CSV file with the ground truth.")] = None,
    on: Annotated[
        Optional[str],
        typer.Option(
            metavar="COLUMN[=COLUMN]",
            help="The columns to join on: the collected one and the one in --truth.",
        ),
    ] = None,
    limit: Annotated[
        Optional[int],
        typer.Option(
            min=0,
            help="Read only this many rows, from the first time folders. With --join everything is "
            "read, because rows of one id may lie in any folder: --since and --until bound that.",
        ),
    ] = None,
    format: Annotated[
        Optional[Format],
        typer.Option("--format", "-f", help="Output format; default: table."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    out_file: Annotated[
        Optional[Path], typer.Option("--out", "-o", help="Write to this file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    container: Annotated[str, typer.Option(help="Container of the storage account.")] = CSV_ROOT,
) -> None:
    """Read collected JSONL: rows with their correlation id, time and origin.

    A truncated last line of a file that is still being written is counted and skipped.

    Exit codes: 0 everything was read, 1 files that look like data are left out, 2 files or lines
    could not be read (they are listed; all others are returned).
    """
    from ..collected.places import Choice
    from ..read import Problems
    from ..read.joining import apart_message
    from ..read.reading import opened_rows
    from ..read.truth_rows import RowsWithTruth

    if as_json and format not in (None, Format.json):
        raise SettingsError(f"--json and --format {format.value} cannot be used together")
    chosen = Format.json if as_json else format or Format.table
    if out_file is not None:
        if chosen is Format.table:
            raise SettingsError("--out needs --format csv, json, jsonl or parquet")
        check_free(out_file, force)
        _check_outside(out_file, root)
    elif chosen is Format.parquet:
        raise SettingsError("--format parquet needs --out FILE")
    if (truth is None) != (on is None):
        raise SettingsError("--truth and --on must be used together")
    sides = None if join is None else tuple(name.strip() for name in join.split(","))
    problems = Problems()
    # A bar between rows on one terminal would spoil them, and they say enough.
    has_bar = chosen is Format.table or not (out_file is None and out.is_terminal)
    with contextlib.ExitStack() as stack:
        with progress_bar("reading", has_bar) as progress:
            collected = stack.enter_context(
                opened_rows(
                    root,
                    Choice.of(collection, endpoint, deployment, since, until),
                    join=sides,
                    limit=limit,
                    container=container,
                    problems=problems,
                    progress=progress,
                )
            )
        if collected.example is not None:
            message = apart_message(collected.apart, collected.example[-1])
            notes.print(Text(printable(message), style="yellow"))
        source = _with_truth(collected, truth, on)
        if chosen is Format.table:
            print_table(source, collected.count)
        else:
            with progress_bar("writing", has_bar) as progress:
                rows = WatchedRows(source, progress, collected.count)
                write_rows(rows, chosen.value, out_file, force)
        if isinstance(source, RowsWithTruth) and source.unused:
            notes.print(Text(printable(source.unused), style="yellow"))
    _conclude(collected.count, out_file, problems)


def _check_outside(out_file: Path, root: str) -> None:
    """Refuse a file that would be read as a collected one, by this run or the next.

    Raises:
        SettingsError: it would.
    """
    from mdc_core.storage import Folder, parse_storage

    from ..collected.places import is_place

    place = parse_storage(root, "ROOT")
    if not isinstance(place, Folder):
        return
    folder, target = Path(place.path).resolve(), out_file.resolve()
    read_from = folder / JSONL_ROOT if (folder / JSONL_ROOT).is_dir() else folder
    if read_from in target.parents and is_place(target.relative_to(folder).as_posix()):
        raise SettingsError(
            f"{out_file} lies among the collected files that are read; valid: another folder"
        )


def _with_truth(collected: SortedRows, truth: Optional[Path], on: Optional[str]) -> FrameSource:
    from pandas.api.types import is_numeric_dtype

    from ..read.truth_beside import read_truth
    from ..read.truth_rows import RowsWithTruth

    if truth is None or on is None:
        return collected
    ours, _, theirs = on.partition("=")
    key = theirs or ours
    none = collected.no_rows()
    has_number_keys = ours in none and is_numeric_dtype(none[ours])
    return RowsWithTruth(collected, read_truth(truth, key, has_number_keys), (ours, key))


def _conclude(rows: int, out_file: Optional[Path], problems: Problems) -> None:
    """Print how much was read and what was not, and exit with a code for that."""
    where = f" written to {out_file}" if out_file else ""
    notes.print(Text(f"{counted(rows, 'row')}{where}"))
    if problems.torn:
        torn = counted(problems.torn, "torn last line")
        notes.print(Text(f"{torn} skipped: {', '.join(problems.torn_paths[:3])}"))
    if problems.copies:
        copies = counted(problems.copies, "file")
        notes.print(Text(f"{copies} not read, because other files have the same lines:"))
        _list(problems.copy_samples)
    if problems.left_out:
        notes.print(Text(f"{counted(problems.left_out, 'file')} left out:"))
        _list(problems.left_out_samples)
    if problems.unreadable:
        notes.print(Text(f"{problems.unreadable:,} could not be read:", style="red"))
        _list(problems.samples)
        raise typer.Exit(FAILED)
    if problems.left_out:
        raise typer.Exit(FINDINGS)


def _list(problems: list[Problem]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
        notes.print(Text(f"  {printable(str(problem))}"))
