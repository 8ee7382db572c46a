"""Rows of cells as `csv.writer` writes them, a few at a time.

`csv.writer` is written in C: while it writes many cells, or prints long ones, a request waits.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..data.isolation import is_plain, text_of

_END = "\r\n"


class CsvPiece(NamedTuple):
    """Rows for one file.

    Attributes:
        path: from the root down.
        header: the line this call would put on top of a new file; may be empty.
        names_columns: the header is a frame's own, which takes precedence over feature names.
        rows: whole rows.
        replaces: the header takes precedence over those of earlier calls: so it is where rows of
            the file might choose their folder, and these do not.
    """

    path: str
    header: bytes
    names_columns: bool
    rows: bytes
    replaces: bool = False


class CsvLines:
    """The rows of one file, in UTF-8 and with CRLF.

    Args:
        cells: of a row that are written at once, at least 2.
        breathe: called between them, see `Turns`.
    """

    def __init__(
        self, cells: int = sys.maxsize, breathe: Callable[[], None] = lambda: None
    ) -> None:
        self._cells = cells
        self._breathe = breathe
        self._text = io.StringIO()
        self._rows = csv.writer(self._text)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add a few rows, or a long one."""
        end = self._text.tell()
        try:
            self._write(rows)
        except ValueError:
            self._text.seek(end)
            self._text.truncate()
            self._write([list(map(writable, row)) for row in rows])

    @property
    def content(self) -> bytes:
        """All rows."""
        return self._text.getvalue().encode("utf-8", "backslashreplace")

    def _write(self, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) != 1 or len(rows[0]) <= self._cells:
            self._rows.writerows(rows)
            return
        row = rows[0]
        # Each part has at least two cells, because a single empty cell would be quoted.
        for start in range(0, len(row) - 1, self._cells):
            self._breathe()
            stop = start + self._cells
            part = io.StringIO()
            # With its line end, whose characters are quoted in cells.
            csv.writer(part).writerow(row[start : stop if stop < len(row) - 1 else len(row)])
            self._text.write("," if start else "")
            self._text.write(part.getvalue()[: -len(_END)])
        self._text.write(_END)


def csv_lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a few rows as lines."""
    lines = CsvLines()
    lines.add(rows)
    return lines.content


def writable(cell: Any) -> Any:
    """Return a cell, or what stands for one that holds more digits than Python writes."""
    if isinstance(cell, int):
        try:
            return str(cell)
        except ValueError:
            return hex(cell)
    return cell if is_plain(cell) else text_of(cell)


def header_line(names: Sequence[Any]) -> bytes:
    """Return the line of a header."""
    # Only what is equal when its text is: 1 == 1.0.
    return _line_of(tuple(names)) if {*map(type, names)} == {str} else csv_lines([names])


@lru_cache(maxsize=64)  # 4 us each time
def _line_of(names: tuple[str, ...]) -> bytes:
    return csv_lines([names])
