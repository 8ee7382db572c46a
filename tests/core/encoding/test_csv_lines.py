"""Rows written a few at a time, or in parts, are those of one `csv.writer`."""

from __future__ import annotations

import csv
import io
from typing import Any, List

from hypothesis import given
from hypothesis import strategies as st

from mdc_core.encoding.csv_lines import CsvLines

CELLS = st.one_of(
    st.none(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text('a",\r\n é\ud800'),
    st.just(10**5000),
    st.lists(st.integers(0, 9)),
)
ROWS = st.lists(st.lists(CELLS, max_size=12), max_size=5)


def _written(row: List[Any]) -> str:
    text = io.StringIO()
    # Python refuses to write so many digits in decimal; the collector writes others.
    csv.writer(text).writerow([hex(each) if each == 10**5000 else each for each in row])
    return text.getvalue()


@given(added=st.lists(ROWS, max_size=4), cells=st.integers(2, 5))
def test_parts_make_the_same_rows(added: List[List[List[Any]]], cells: int) -> None:
    """However many are added at once, and however many cells of a row are written at once."""
    lines = CsvLines(cells)
    for rows in added:
        lines.add(rows)
    expected = "".join(_written(row) for rows in added for row in rows)
    assert lines.content == expected.encode("utf-8", "backslashreplace")


def test_a_long_row_breathes() -> None:
    """Before each part; the last cell has no part of its own."""
    breaths: List[None] = []
    lines = CsvLines(2, lambda: breaths.append(None))
    lines.add([["", "", "", "", ""]])
    assert lines.content == b",,,,\r\n"
    assert len(breaths) == 2
