"""`mdc-bridge read`: collected JSONL as a table, CSV, JSON, JSONL or Parquet."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..counted import counted
from ..printable import printable
from .console import notes, out, progress
from .exits import FAILED
from .output_file import check_free, writing

if TYPE_CHECKING:
    import pandas

    from ..read import Problems

_SHOWN_ROWS = 20
_ID_CHARACTERS = 9
_CELL_CHARACTERS = 30
_GAP = 3  # between two columns of a table
_EDGES = 2
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
            help="The folder above modelDataCollector, that folder, or a storage account.",
            show_default=False,
        ),
    ],
    collection: Annotated[
        Optional[list[str]],
        typer.Option("--collection", "-c", help="Only this collection; may be repeated."),
    ] = None,
    endpoint: Annotated[Optional[str], typer.Option(help="Only this endpoint.")] = None,
    deployment: Annotated[Optional[str], typer.Option(help="Only this deployment.")] = None,
    since: Annotated[
        Optional[str], typer.Option(help="From this time on, such as 2026-11-21T09; UTC.")
    ] = None,
    until: Annotated[Optional[str], typer.Option(help="Before this time.")] = None,
    join: Annotated[
        Optional[str],
        typer.Option(
            metavar="LEFT,RIGHT",
            help="Two collections side by side, such as model_inputs,model_outputs.",
        ),
    ] = None,
    truth: Annotated[
        Optional[Path], typer.Option(help="A CSV file with what turned out to be true.")
    ] = None,
    on: Annotated[
        Optional[str],
        typer.Option(
            metavar="COLUMN[=COLUMN]", help="Collected column and that of --truth to join on."
        ),
    ] = None,
    format: Annotated[
        Optional[Format],
        typer.Option(
            "--format", "-f", help="What rows are printed or written as; table unless given."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    out_file: Annotated[
        Optional[Path], typer.Option("--out", "-o", help="Write to this file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    container: Annotated[str, typer.Option(help="Container, in a storage account.")] = CSV_ROOT,
) -> None:
    """Read collected JSONL: rows with their correlation id, time and origin.

    A torn last line of a file that is still being written is counted and skipped.

    Exit codes: 0 all was read, 2 lines could not be read (listed; all the others are there).
    """
    from ..read import Problems

    if as_json and format not in (None, Format.json):
        raise SettingsError(f"--json and --format {format.value} contradict; give one of them")
    chosen = Format.json if as_json else format or Format.table
    if out_file is not None:
        if chosen is Format.table:
            raise SettingsError("--out needs --format csv, json, jsonl or parquet")
        check_free(out_file, force)
    elif chosen is Format.parquet:
        raise SettingsError("--format parquet needs --out FILE")
    if (truth is None) != (on is None):
        raise SettingsError("--truth and --on belong together")
    problems = Problems()
    options: dict[str, Any] = {
        "endpoint": endpoint,
        "deployment": deployment,
        "since": since,
        "until": until,
        "container": container,
        "problems": problems,
        "collections": collection,
    }
    if join or truth or on or chosen not in (Format.json, Format.jsonl):
        with progress("reading") as advance:
            frame = _whole(root, {**options, "advance": advance}, join, truth, on)
        rows = _write([frame], chosen, out_file, force)
    else:
        from ..read import iter_frames

        # A bar between rows on one terminal would spoil them, and they say enough.
        has_bar = notes.is_terminal and not (out_file is None and out.is_terminal)
        with progress("reading") if has_bar else contextlib.nullcontext() as advance:
            frames = iter_frames(root, advance=advance, **options)
            rows = _write(frames, chosen, out_file, force)
    _conclude(rows, out_file, problems)


def _whole(
    root: str,
    options: dict[str, Any],
    join: Optional[str],
    truth: Optional[Path],
    on: Optional[str],
) -> pandas.DataFrame:
    from pandas.api.types import is_numeric_dtype

    from .. import read as reading
    from ..read.truth import read_truth

    sides = None
    if join is not None:
        left, _, right = join.partition(",")
        sides = (left.strip(), right.strip())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        frame = reading.read(root, join=sides, **options)
    for each in told:
        notes.print(Text(printable(str(each.message)), style="yellow"))
    if truth is None or on is None:
        return frame
    ours, _, theirs = on.partition("=")
    key = theirs or ours
    has_number_keys = ours in frame and is_numeric_dtype(frame[ours])
    return reading.join_truth(frame, read_truth(truth, key, has_number_keys), (ours, key))


def _write(
    frames: Iterable[pandas.DataFrame], chosen: Format, out_file: Optional[Path], force: bool
) -> int:
    """Print or write frames; return the number of their rows."""
    from ..read.writing import WRITERS

    rows = 0

    def counting() -> Iterable[pandas.DataFrame]:
        nonlocal rows
        for frame in frames:
            rows += len(frame)
            yield frame

    if chosen is Format.table:
        for frame in counting():
            _print_table(frame)
    elif out_file is not None:
        with writing(out_file, force) as stream:
            WRITERS[chosen.value](counting(), stream)
    else:
        out.file.flush()
        WRITERS[chosen.value](counting(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    return rows


def _conclude(rows: int, out_file: Optional[Path], problems: Problems) -> None:
    """Say how much was read, and what could not be, which is exit code 2."""
    where = f" written to {out_file}" if out_file else ""
    notes.print(Text(f"{counted(rows, 'row')}{where}"))
    if problems.torn:
        torn = counted(problems.torn, "torn last line")
        notes.print(Text(f"{torn} skipped: {', '.join(problems.torn_paths[:3])}"))
    if problems.unreadable:
        notes.print(Text(f"{problems.unreadable:,} could not be read:", style="red"))
        for problem in problems.samples[:_SHOWN_PROBLEMS]:
            notes.print(Text(f"  {printable(str(problem))}"))
        raise typer.Exit(FAILED)


def _print_table(frame: pandas.DataFrame) -> None:
    """Print the first rows; what is equal in all of them becomes one line above."""
    shown = frame.head(_SHOWN_ROWS)
    texts = {printable(name): [_cell(value) for value in shown[name]] for name in shown.columns}
    if texts["mdc_request"] == texts["mdc_id"]:
        del texts["mdc_request"]
    for name in [name for name in texts if name.startswith("mdc_")]:
        if len(shown) > 1 and len(set(texts[name])) == 1:
            out.print(Text(f"{name}: {texts.pop(name)[0]}"))
    if "mdc_id" in texts:
        texts["mdc_id"] = [_shortened(text, _ID_CHARACTERS) for text in texts["mdc_id"]]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False)
    fitting = _fitting(texts, out.width)
    for name in fitting:
        table.add_column(Text(name), no_wrap=True)
    for row in zip(*(texts[name] for name in fitting)):
        table.add_row(*map(Text, row))
    out.print(table)
    if len(fitting) < len(texts):
        hidden = [name for name in texts if name not in fitting]
        out.print(Text(f"and {counted(len(hidden), 'more column')}: {', '.join(hidden)}"))
    if len(frame) > len(shown):
        out.print(
            Text(f"and {counted(len(frame) - len(shown), 'more row')}; --format jsonl has all")
        )


def _fitting(texts: dict[str, list[str]], width: int) -> list[str]:
    """Return the names of the first columns that fit side by side, at least one; cut long cells."""
    fitting: list[str] = []
    width += _GAP - _EDGES
    for name, cells in texts.items():
        cells[:] = [_shortened(cell, _CELL_CHARACTERS) for cell in cells]
        width -= max(len(text) for text in [name, *cells]) + _GAP
        if width < 0 and fitting:
            break
        fitting.append(name)
    return fitting


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _cell(value: Any) -> str:
    import pandas

    if isinstance(value, pandas.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if value is None or value is pandas.NA or value is pandas.NaT or value != value:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else printable(str(value))
