"""The fast way is taken only where it says exactly what the rows say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive.regular import split_regular
from tests.bridge.archive.archive_texts import plain_cells

_PIECES = st.sampled_from(
    [b",", b"\n", b"\r\n", b"\r", b"a", b"", b'"', b"\0", b"a,b\n", b"a,b\r\n"]
)
_CELL = st.text(st.characters(exclude_characters=',"\r\n\0', exclude_categories=["Cs"]), max_size=3)


def _rows(content: bytes) -> list[list[bytes]]:
    lines = content.decode().split("\n")
    assert lines.pop() == ""
    return [[cell.encode() for cell in plain_cells(f"{line}\n")] for line in lines]


@given(content=st.lists(_PIECES, max_size=16).map(b"".join), width=st.integers(0, 4))
def test_any_content_is_split_as_its_rows_or_not_at_all(content: bytes, width: int) -> None:
    """Commas too many here and too few there, line breaks in wrong places: never a wrong cell."""
    columns = split_regular(content, width)
    if columns is not None:
        rows = _rows(content)
        assert [list(row) for row in zip(*columns)] == rows
        assert len(columns) == width
        assert all(len(row) == width for row in rows)
        assert content.count(b"\r\n") in (0, len(rows))
        assert content.count(b"\r") == content.count(b"\r\n")


@given(data=st.data(), width=st.integers(1, 5), end=st.sampled_from(["\n", "\r\n"]))
def test_regular_rows_are_split(data: st.DataObject, width: int, end: str) -> None:
    """What is regular takes the fast way, but for empty lines, which are not rows."""
    row = st.lists(_CELL, min_size=width, max_size=width).filter(lambda cells: any(cells))
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    content = "".join(",".join(cells) + end for cells in rows).encode()

    columns = split_regular(content, width)

    assert columns is not None
    assert [[cell.decode() for cell in row] for row in zip(*columns)] == rows


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"1,2",
        b"1,2\n3\n4,5,6\n",
        b"1,2\n3,4\r\n",
        b"1,2\n\n3,4\n",
        b"1\n2,3,4\n",
        b"\n1,2\n",
        b'1,"2"\n',
        b"1,2\n3,4",
        b"1\r,2\n3,4\r\n",
    ],
)
def test_irregular_content_is_left_to_others(content: bytes) -> None:
    """Rows of other widths, mixed line ends, quotes, empty lines, a row cut off."""
    assert split_regular(content, 2) is None
