"""CSV texts as hypothesis strategies, and what stands in them by the plainest reading of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

CORRELATION_ID = "9b0126a1-a20d-47a6-bfff-c4431049e6c0"
REQUEST_ID = "8832d090-cffe-4353-a798-471739fd69bd"
TAIL = (
    CORRELATION_ID,
    "2019-06-01T12:00:00.082063",
    "1440",
    "sub/group/space",
    "service",
    "model",
    "3",
    REQUEST_ID,
)

# Not NUL: the writer of Python 3.10 refuses it.
_ODD = st.sampled_from(list(',"\r\n\ue000\ue001 a1é'))
_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0")
CELLS = st.text(_ODD | _ANY, max_size=6)
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=8)
# What damaged files are made of; its pieces make quotes and line ends that belong together likely.
DAMAGED = st.lists(
    st.sampled_from(
        [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\0", b"a", b"1", b"\xff", b"\xc3\xa9"]
        + [b'"x,y"', b'"x\ny"', b'"x\r\ny"', b"a,b\r\n", b"1,2\n"]
    ),
    max_size=30,
).map(b"".join)


class Written(NamedTuple):
    """A file.

    Attributes:
        text: of it.
        rows: number of the first line and cells of each of its rows.
    """

    text: str
    rows: list[tuple[int, list[str]]]


def written(rows: Sequence[Sequence[str]], ends: Sequence[str]) -> Written:
    """Return the file that `csv.writer` makes of rows with these line ends."""
    text = io.StringIO(newline="")
    expected = []
    for row, end in zip(rows, ends):
        # With LF it leaves a CR unquoted, which at the end of a row is part of the line end.
        cells = [cell.rstrip("\r") if end == "\n" else cell for cell in row]
        if cells:
            expected.append((1 + text.getvalue().count("\n"), cells))
        csv.writer(text, lineterminator=end).writerow(cells)
    return Written(text.getvalue(), expected)


@st.composite
def written_files(draw: st.DrawFn) -> Written:
    """Draw files that `csv.writer` wrote, with LF, CRLF, or both in one file."""
    rows = draw(ROWS)
    ends = draw(st.lists(st.sampled_from(["\n", "\r\n"]), min_size=len(rows), max_size=len(rows)))
    return written(rows, ends)


def plain_cells(row: str) -> list[str]:
    """Return the cells of one row that ends in a line end, read character by character."""
    row = row[:-2] if row.endswith("\r\n") else row[:-1]
    cells, at = [], 0
    while True:
        if row.startswith('"', at):
            end = at + 1
            while row[end] != '"' or row.startswith('""', end):
                end += 2 if row[end] == '"' else 1
            cells.append(row[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            end = row.find(",", at)
            end = len(row) if end < 0 else end
            cells.append(row[at:end])
            at = end
        if at == len(row):
            return cells
        assert row[at] == ","
        at += 1
