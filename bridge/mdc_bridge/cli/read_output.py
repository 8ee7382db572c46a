"""Collected rows as a table for a person, or in a format of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Optional, cast

from rich import box
from rich.table import Table
from rich.text import Text

from ..progress import Progress
from ..texts import counted, printable
from .console import ShownBytes, out
from .output_file import writing

if TYPE_CHECKING:
    import pandas

    from ..read.batch import FrameBatch, FrameSource

_SHOWN_ROWS = 20
_SHOWN_BYTES = 2**62
_ID_CHARACTERS = 9
_CELL_CHARACTERS = 30
_GAP = 3  # between two columns of a table
_EDGES = 2


def print_table(source: FrameSource, count: int) -> None:
    """Print the first rows; what is equal in all of them becomes one line above.

    Args:
        source: has the rows.
        count: how many there are.
    """
    shown = next(source.frames(_SHOWN_ROWS, _SHOWN_BYTES), None)
    if shown is None:
        shown = source.no_rows()
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
    if count > len(shown):
        out.print(Text(f"and {counted(count - len(shown), 'more row')}; --format jsonl has all"))


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


def write_rows(source: FrameSource, form: str, out_file: Optional[Path], force: bool) -> None:
    """Write all rows.

    Args:
        source: has the rows.
        form: one of `read.writing.WRITERS`.
        out_file: where they go; None for stdout.
        force: overwrite the file.
    """
    from ..read.writing import WRITERS

    if out_file is not None:
        with writing(out_file, force) as stream:
            WRITERS[form](source, stream)
    else:
        out.file.flush()
        shown = ShownBytes()
        WRITERS[form](source, cast(BinaryIO, shown))
        shown.flush()


class WatchedRows:
    """Rows that report how many of them were taken.

    Args:
        source: has the rows.
        progress: called with the number of those that were taken, and of all.
        count: how many there are.
    """

    def __init__(self, source: FrameSource, progress: Progress, count: int) -> None:
        self._source = source
        self._progress = progress
        self._count = count
        self.names = source.names
        self.no_rows = source.no_rows

    def batches(self, rows: int, size: int) -> Iterator[FrameBatch]:
        return self._watched(self._source.batches(rows, size), lambda batch: batch.height)

    def frames(self, rows: int, size: int) -> Iterator[pandas.DataFrame]:
        return self._watched(self._source.frames(rows, size), len)

    def _watched(self, parts: Iterator[Any], height: Callable[[Any], int]) -> Iterator[Any]:
        done = 0
        for part in parts:
            yield part
            done += height(part)
            self._progress(done, self._count)
