"""Every line of a file is of a row or of a reject, or empty; cells are as they were written."""

from __future__ import annotations

import io
import itertools
from typing import Union

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive.chunks import CHUNK_BYTES, read_chunks
from mdc_bridge.archive.raw_rows import (
    BAD_QUOTE,
    CR_ALONE,
    CUT_OFF,
    NOT_UTF8,
    NUL_ALONE,
    RawRow,
    Reject,
    read_raw_rows,
)
from tests.bridge.archive.archive_texts import DAMAGED, TAIL, Written, plain_cells, written_files


def _entries(content: bytes, size: int = CHUNK_BYTES) -> list[Union[RawRow, Reject]]:
    chunks = read_chunks(io.BytesIO(content), size)
    return [entry for chunk in chunks for entry in read_raw_rows(chunk)]


def _extents(content: bytes, entries: list[Union[RawRow, Reject]]) -> list[bytes]:
    """Return the lines of each entry, up to the next, and those before the first in front."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    starts = [0, *(entry.line - 1 for entry in entries), len(lines)]
    return [b"".join(lines[start:end]) for start, end in zip(starts, starts[1:])]


def _without_empty_lines(content: bytes) -> bytes:
    """Return lines without the empty ones at their end."""
    while content.endswith((b"\n\n", b"\n\r\n")):
        content = content[: -2 if content.endswith(b"\r\n") else -1]
    return content


@given(file=written_files(), size=st.integers(1, 40))
def test_written_rows_come_back(file: Written, size: int) -> None:
    """Cells and line numbers are those that were written, whatever is in the cells."""
    records = _entries(file.text.encode(), size)
    assert [entry[:2] for entry in records] == file.rows


@given(content=DAMAGED)
def test_every_line_is_accounted_for(content: bytes) -> None:
    """Entries and empty lines make up the file; each says what stands there."""
    entries = _entries(content)
    # The LF of the last line end may be cut off.
    before, *extents = _extents(content + b"\n" * content.endswith(b"\r"), entries)

    assert not before.strip(b"\r\n")
    for entry, extent in zip(entries, extents):
        lines = _without_empty_lines(extent)
        if isinstance(entry, RawRow):
            assert entry.cells == plain_cells(lines.decode() + "\n" * (not lines.endswith(b"\n")))
            assert entry.is_crlf == lines.endswith(b"\r\n")
        elif entry.reason == BAD_QUOTE:
            first = lines if entry is entries[-1] else lines[: lines.index(b"\n") + 1]
            text = first.decode("utf-8", "backslashreplace").rstrip("\r\n")
            assert text.startswith(entry.text)
            assert '"' in entry.text
        else:
            assert entry.text == lines.decode("utf-8", "backslashreplace").rstrip("\r\n")


@given(content=DAMAGED, size=st.integers(1, 40))
def test_entries_do_not_depend_on_the_size_of_chunks(content: bytes, size: int) -> None:
    """A damaged file says the same wherever its chunks begin."""
    assert _entries(content, size) == _entries(content)


def test_a_frame_comes_back() -> None:
    """`to_csv` quotes other cells than `csv.writer`; they are read all the same."""
    frame = pd.DataFrame({"a": ['q"t', "l\nf", "c,m", "", None, "c\rr"], "b": range(6)})
    text = frame.to_csv(index=False, header=False, lineterminator="\n")
    records = _entries(text.encode())

    assert [entry[:2] for entry in records] == [
        (1, ['q"t', "0"]),
        (2, ["l\nf", "1"]),
        (4, ["c,m", "2"]),
        (5, ["", "3"]),
        (6, ["", "4"]),
        (7, ["c\rr", "5"]),
    ]


def test_one_missing_cell_is_a_row_and_an_empty_line_is_none() -> None:
    """Both writers write a row of one empty cell as two quotes."""
    assert _entries(b'""\n\r\n\n""\r\n') == [RawRow(1, [""], False), RawRow(4, [""], True)]


def test_bytes_that_are_no_text_cost_their_row_and_no_more() -> None:
    """The rows around it are read as they stand, quoted line breaks included."""
    content = b'1,"u\r\nv"\r\n2,\xff"q\r\n3,"\xfe\r\n"\r\n4,"u\r\nv"\r\n'
    assert _entries(content.replace(b'\xff"q', b"\xff")) == [
        RawRow(1, ["1", "u\r\nv"], True),
        Reject(3, NOT_UTF8, "2,\\xff"),
        Reject(4, NOT_UTF8, '3,"\\xfe\r\n"'),
        RawRow(6, ["4", "u\r\nv"], True),
    ]


def test_a_quote_in_a_cell_without_quotes_costs_its_line_and_no_more() -> None:
    """No writer wrote it so; what it opens or closes cannot be known."""
    assert _entries(b'1,2" pipe\r\n3,"x\r\ny"\r\n') == [
        Reject(1, BAD_QUOTE, '1,2" pipe'),
        RawRow(2, ["3", "x\r\ny"], True),
    ]


@pytest.mark.parametrize("content", [b"a,b\r1,2\r3,4\r", b"a,b\r1,2\r3,4"])
def test_line_ends_that_are_cr_alone_are_told(content: bytes) -> None:
    """The SDK wrote none such; taken for one row, it would be a header without rows."""
    assert _entries(content) == [Reject(1, CR_ALONE, content.decode().rstrip("\r"))]


@pytest.mark.parametrize("row", [b"\0\0\0", b"\0,\0", b'"\0"'])
def test_nul_alone_is_no_row(row: bytes) -> None:
    """A loss of power leaves it; beside other text it is a character like any."""
    found = _entries(b"1,\0\r\n" + row + b"\r\n2,x\r\n")
    assert found == [
        RawRow(1, ["1", "\0"], True),
        Reject(2, NUL_ALONE, row.decode()),
        RawRow(3, ["2", "x"], True),
    ]


@pytest.mark.parametrize("content", [b"1,2", b'1,"a\nb"', b"1.5,uuid,"])
def test_a_last_row_without_line_end_may_be_cut_off(content: bytes) -> None:
    """Its last cell may have gone on."""
    text = content.decode()
    assert _entries(b"x\r\n" + content)[1:] == [Reject(2, CUT_OFF, text)]


def test_a_last_row_whose_correlation_is_whole_is_whole() -> None:
    """A request id that is a UUID has no more characters, and no cell follows it."""
    row = ["1.5", *TAIL]
    content = ",".join(row).encode()
    assert _entries(b"x\r\n" + content)[1:] == [RawRow(2, row, False)]
    assert _entries(b"x\r\n" + content + b"\r")[1:] == [RawRow(2, row, True)]
    assert _entries(b"x\r\n" + content[:-1])[1:] == [Reject(2, CUT_OFF, content[:-1].decode())]


@pytest.mark.parametrize(
    ("before", "cell"),
    [
        *itertools.product(["x\r\n", 'x,"\r"\n\n'], ['"x\ry"', "x\ry", '"x\r\ry"', '"\r"']),
        ("", '"x\ry"'),
    ],
)
def test_a_last_row_is_the_same_wherever_its_chunk_begins(before: str, cell: str) -> None:
    """A CR in a cell of it is no line end, also where the chunk holds no other."""
    row = ",".join([cell, *TAIL])
    for content, is_whole in ((row, True), (row[:-1], False)):
        whole = _entries((before + content).encode())
        assert isinstance(whole[-1], RawRow) == is_whole
        for size in range(1, len(before) + 2):
            assert _entries((before + content).encode(), size) == whole


def test_a_long_text_is_shortened_in_a_reject() -> None:
    """The rejects of a file stay readable."""
    (entry,) = _entries(b'"' + b"x" * 100_000)
    assert isinstance(entry, Reject)
    assert len(entry.text) == 2000
