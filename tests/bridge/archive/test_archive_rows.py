"""Each row of a file is what it is itself, however ragged the file; and none is lost."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Optional, Union

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mdc_bridge.archive import ArchiveRow, Reject, read_rows
from mdc_bridge.archive.chunks import CHUNK_BYTES, read_chunks
from mdc_bridge.archive.raw_rows import RawRow, read_raw_rows
from mdc_bridge.archive.regular import split_regular
from mdc_bridge.archive.rows import NO_CORRELATION, RowReader, ShapedRow
from mdc_core.data.correlation_columns import HEADERS
from tests.bridge.archive.archive_texts import (
    CORRELATION_ID,
    DAMAGED,
    REQUEST_ID,
    TAIL,
    Written,
    written_files,
)

EIGHT, NAMES = ",".join(TAIL), ",".join(HEADERS)


def _read(content: bytes, **options: Any) -> list[Union[ArchiveRow, Reject]]:
    return list(read_rows(io.BytesIO(content), **options))


def _table(text: str, **options: Any) -> list[tuple[int, dict[str, str], Optional[str]]]:
    """Return line, cells by name, and correlation id of each row; there must be no rejects."""
    found = []
    for row in _read(text.encode(), **options):
        assert isinstance(row, ArchiveRow), row
        identifier = row.correlation.id if row.correlation else None
        found.append((row.line, dict(zip(row.names, row.cells)), identifier))
    return found


@given(file=written_files())
def test_written_rows_come_back(file: Written) -> None:
    """Whatever `csv.writer` wrote is read, cell by cell and line by line."""
    rows = _read(file.text.encode(), header="absent")
    assert [(row.line, list(row[2])) for row in rows if isinstance(row, ArchiveRow)] == file.rows
    assert len(rows) == len(file.rows)


@given(
    cells=st.lists(
        st.lists(st.text(st.sampled_from(list(',"\n a1é')), max_size=5), min_size=2, max_size=2),
        max_size=6,
    )
)
def test_frames_come_back(cells: list[list[str]]) -> None:
    """Whatever `to_csv` wrote under a header is read, with the frame's names."""
    frame = pd.DataFrame(cells, columns=["one", "two"])
    text = "one,two\r\n" + frame.to_csv(index=False, header=False, lineterminator="\n")
    rows = _table(text, header="present")
    assert [list(row.values()) for _, row, _ in rows] == cells
    assert all(list(row) == ["one", "two"] for _, row, _ in rows)


def test_a_header_shorter_than_its_rows() -> None:
    """Cells without a name are numbered: a frame gained a column after its names were written."""
    assert _table("a,b\r\n1,2,3\n4,5,6\n") == [
        (2, {"a": "1", "b": "2", "column_2": "3"}, None),
        (3, {"a": "4", "b": "5", "column_2": "6"}, None),
    ]


def test_a_header_longer_than_its_rows() -> None:
    """Names without a cell are left over."""
    assert _table("a,b,c\r\n1,2\r\n") == [(2, {"a": "1", "b": "2"}, None)]


def test_rows_with_and_without_correlation_under_a_header_without() -> None:
    """A header that was written before correlations were added is never amended."""
    assert _table(f"p\r\n0.1\r\n0.2,{EIGHT}\r\n0.3\r\n") == [
        (2, {"p": "0.1"}, None),
        (3, {"p": "0.2"}, CORRELATION_ID),
        (4, {"p": "0.3"}, None),
    ]


def test_rows_with_and_without_correlation_under_a_header_with() -> None:
    """Rows under it that carry none, or eight empty cells, have their data all the same."""
    text = f"p,q,{NAMES}\r\n1,2,{EIGHT}\r\n3,4\r\n5,6,,,,,,,,\r\n7\r\n8,9,10\r\n"
    assert _table(text) == [
        (2, {"p": "1", "q": "2"}, CORRELATION_ID),
        (3, {"p": "3", "q": "4"}, None),
        (4, {"p": "5", "q": "6"}, None),
        (5, {"p": "7"}, None),
        (6, {"p": "8", "q": "9", "column_2": "10"}, None),
    ]


def test_correlated_rows_without_header() -> None:
    """Their last eight cells say what they are; users' own ids stand in front of the uuid."""
    text = f"1,2,{EIGHT}\r\n3,loan-7-{EIGHT}\r\n"
    assert _table(text) == [
        (1, {"column_0": "1", "column_1": "2"}, CORRELATION_ID),
        (2, {"column_0": "3"}, f"loan-7-{CORRELATION_ID}"),
    ]


def test_a_boundary_that_a_join_made_a_float() -> None:
    tail = EIGHT.replace(",1440,", ",1440.0,")
    assert _table(f"p\r\n0.5,{tail}\r\n") == [(2, {"p": "0.5"}, CORRELATION_ID)]


@pytest.mark.parametrize("change", [(0, "x"), (2, "15"), (2, ""), (0, "")])
def test_cells_under_correlation_headers_that_are_no_correlation(change: tuple[int, str]) -> None:
    """What can be neither data nor correlation is rejected, with all its cells."""
    tail = list(TAIL)
    tail[change[0]] = change[1]
    row = ",".join(["1", *tail])
    assert _read(f"p,{NAMES}\r\n{row}\r\n".encode()) == [Reject(2, NO_CORRELATION, row)]


@pytest.mark.parametrize("cells", range(1, 8))
def test_a_correlation_cut_off_in_the_middle_of_a_file(cells: int) -> None:
    """It is not data: a row that lost its end is rejected."""
    cut = ",".join(["1", *TAIL[:cells]])
    rows = _read(f"p,{NAMES}\r\n{cut}\r\n2,{EIGHT}\r\n".encode())
    assert isinstance(rows[0], Reject)
    assert rows[0].text == cut
    assert isinstance(rows[1], ArchiveRow)


def test_uuids_are_data_under_a_header_without_correlation() -> None:
    """A row of several ids, under one name, is not cut off."""
    ids = [CORRELATION_ID, REQUEST_ID]
    assert [row for _, row, _ in _table("id\r\n" + ",".join(ids) + "\r\n")] == [
        {"id": CORRELATION_ID},
        {"id": REQUEST_ID},
    ]


def test_a_last_row_with_its_whole_correlation_needs_no_line_end() -> None:
    """Nothing of it is missing."""
    assert len(_table(f"p,{NAMES}\r\n1,{EIGHT}\r\n2,{EIGHT}")) == 2


def test_a_truncated_last_row_is_rejected() -> None:
    """The rows above it are read."""
    rows = _read(b"a,b\r\n1,2\r\n3,4")
    assert [type(row) for row in rows] == [ArchiveRow, Reject]


def test_a_repeated_header() -> None:
    """Files that were put together hold one for each part, with correlations or not."""
    assert [line for line, _, _ in _table("a,b\r\n1,x\r\na,b\r\n2,y\r\n")] == [2, 4]
    text = f"a,{NAMES}\r\n1,{EIGHT}\r\na,{NAMES}\r\n2,{EIGHT}\r\n"
    assert [line for line, _, _ in _table(text)] == [2, 4]


def test_another_header_further_down() -> None:
    """One with correlations gives its names to what follows."""
    assert _table(f"p\r\n1\r\nq,{NAMES}\r\n2,{EIGHT}\r\n") == [
        (2, {"p": "1"}, None),
        (4, {"q": "2"}, CORRELATION_ID),
    ]


@pytest.mark.parametrize("second", [f"p,q,{NAMES}", "p,q", "p,q,r"])
def test_two_headers_on_top(second: str) -> None:
    """The second one's names hold."""
    rows = _table(f"p,q\r\n{second}\r\n1,2,3\r\n")
    third = "r" if second == "p,q,r" else "column_2"
    assert rows == [(3, {"p": "1", "q": "2", third: "3"}, None)]


def test_a_row_of_values_that_are_names_is_no_second_header() -> None:
    """Texts below, or one common name, are not enough."""
    assert len(_table("size,label\r\nsize,x\r\ny,z\r\n")) == 2
    assert len(_table("p\r\nq\r\n1\r\n")) == 2


def test_what_looks_like_an_uncertain_header_again_is_rejected() -> None:
    """It may be a label: nothing is dropped in silence."""
    rows = _read(b"unknown\r\n1\r\nunknown\r\n2\r\n")
    assert [(type(row), row.line) for row in rows] == [
        (ArchiveRow, 2),
        (Reject, 3),
        (ArchiveRow, 4),
    ]


def test_names_that_come_twice_get_a_suffix() -> None:
    """No cell is lost to another of the same name."""
    assert _table("feat6,feat6\r\n1,2\r\n") == [(2, {"feat6": "1", "feat6_1": "2"}, None)]


def test_a_one_dimensional_array_under_one_name() -> None:
    """Its cells are rows of the column, as in the JSONL; those of frames are columns."""
    assert [row for _, row, _ in _table("p\r\n0.1,0.2\r\n")] == [{"p": "0.1"}, {"p": "0.2"}]
    columns = [{"p": "0.1", "column_1": "0.2"}]
    assert [row for _, row, _ in _table("p\r\n0.1,0.2\n")] == columns
    assert [row for _, row, _ in _table("p\r\n0.1,0.2\r\n", under_one_name="columns")] == columns


def test_names_for_files_without_header() -> None:
    """They hold for rows of as many cells."""
    assert [row for _, row, _ in _table("1,2\r\n3\r\n", default_names=["a", "b"])] == [
        {"a": "1", "b": "2"},
        {"column_0": "3"},
    ]


def test_mixed_line_ends_and_quoted_line_breaks() -> None:
    """Lines are counted as they stand in the file."""
    assert _table('a,b\r\n"x\r\ny",1\r\n"u\nv",2\n\r\nc\rd,3\n') == [
        (2, {"a": "x\r\ny", "b": "1"}, None),
        (4, {"a": "u\nv", "b": "2"}, None),
        (7, {"a": "c\rd", "b": "3"}, None),
    ]


def test_a_frame_with_correlation_columns_in_places_of_its_own() -> None:
    """They are found by their names; a row without values there has no correlation."""
    names = [HEADERS[0], "p", *HEADERS[1:], "q"]
    cells = [TAIL[0], "1", *TAIL[1:], "2"]
    text = f"{','.join(names)}\r\n{','.join(cells)}\n,3,,,,,,,,4\n"
    assert _table(text) == [
        (2, {"p": "1", "q": "2"}, CORRELATION_ID),
        (3, {"p": "3", "q": "4"}, None),
    ]
    (again,) = _read(f"{text}{','.join(names)}\r\n".encode())[2:] or [None]
    assert again is None
    assert isinstance(_read(f"{text}1,2\n".encode())[-1], Reject)
    assert isinstance(_read(f"{text}{','.join(names[1:] + names[:1])}\r\n".encode())[-1], Reject)


def test_a_request_id_by_itself_is_data() -> None:
    """Without id, time and boundary it is not a correlation, and it is kept."""
    assert _table(f"label,$aml_request_id\r\n1,{REQUEST_ID}\n") == [
        (2, {"label": "1", "$aml_request_id": REQUEST_ID}, None)
    ]


def test_bytes_that_are_no_text_and_controls() -> None:
    """NUL stays; what is not UTF-8 costs its row."""
    rows = _read(b"a,b\r\n1,\0\r\n2,\xff\r\n3,x\r\n")
    assert [(row.line, type(row)) for row in rows] == [
        (2, ArchiveRow),
        (3, Reject),
        (4, ArchiveRow),
    ]
    assert isinstance(rows[0], ArchiveRow)
    assert rows[0].cells == ("1", "\0")


_RAGGED = st.lists(
    st.sampled_from(
        [b"1,2\r\n", b"3,4\r\n", b"1\r\n", b"1,2,3\r\n", b"x,y\n", b"5,6\n", b"\r\n", b"a,b\r\n"]
        + [
            f"1,2,{EIGHT}\r\n".encode(),
            f"1,{EIGHT}\n".encode(),
            f"9,{','.join(TAIL[:3])}\r\n".encode(),
        ]
        + [f"a,b,{NAMES}\r\n".encode(), f"1,2{',' * 8}\r\n".encode(), b'"q\nr",1\r\n']
        + [b"p\r\n", b"7,8\r\n" * 3, f"1,2,{EIGHT}\r\n".encode() * 3, b"2,a\r\n" * 2, b"a\r\n"]
    ),
    max_size=12,
).map(b"".join)


@given(content=_RAGGED | DAMAGED, mode=st.sampled_from(["auto", "present", "absent"]))
def test_every_record_is_a_row_a_reject_or_a_header(content: bytes, mode: str) -> None:
    """What is neither row nor reject names columns: a first row, or one that is like a header."""
    reader, records = RowReader(mode), []
    entries: list[Union[ShapedRow, Reject]] = []
    for chunk in read_chunks(io.BytesIO(content)):
        records += [entry for entry in read_raw_rows(chunk) if isinstance(entry, RawRow)]
        entries += reader.read(chunk)

    lines = [entry.line for entry in entries]
    assert lines == sorted(set(lines))
    left = [record for record in records if record.line not in lines]
    headers = [HEADERS[-1], *(record.cells for record in left[:1])]
    for record in left:
        second = record.line > 1 and set(record.cells) >= {"a", "b"}
        assert record.cells in headers or record.cells[-1] == HEADERS[-1] or second
    cells = {record.line: record.cells for record in records}
    for entry in entries:
        if isinstance(entry, ShapedRow):
            rest = cells[entry.line][len(entry.cells) + len(entry.tail) :]
            assert not any(rest)
            assert entry.cells + entry.tail + rest == cells[entry.line]
            assert len(entry.cells) == entry.shape.width
            assert len(entry.tail) == 8 * entry.shape.is_correlated


def _regular(reader: RowReader, content: Sequence[bytes]) -> list[Union[ShapedRow, Reject]]:
    """Return what stands in chunks, read the fast way where that is allowed."""
    entries: list[Union[ShapedRow, Reject]] = []
    line = 1
    for part in content:
        for chunk in read_chunks(io.BytesIO(part)):
            chunk = chunk._replace(first_line=line)
            line += chunk.content.count(b"\n")
            shape = reader.shape_of_all(chunk)
            columns = shape and split_regular(chunk.content, shape.width + 8 * shape.is_correlated)
            if shape is None or columns is None or not reader.may_all_be(shape, columns):
                entries += reader.read(chunk)
                continue
            rows = [[cell.decode() for cell in row] for row in zip(*columns)]
            # Correlation cells are proven when they are read.
            if shape.is_correlated and any(row[-8:] != list(TAIL) for row in rows):
                entries += reader.read(chunk)
                continue
            for at, row in enumerate(rows, chunk.first_line):
                entries.append(ShapedRow(at, shape, row[: shape.width], row[shape.width :]))
    return entries


@given(parts=st.lists(_RAGGED, min_size=1, max_size=4))
@example([b"a,b\r\n1,2\r\n", b"3,4\r\na,b\r\n"])
@example([b"a\r\n1\r\n", f"1,{EIGHT}\r\n2,{EIGHT}\r\n".encode()])
@example([b"1,2\r\n", b"3,4\r\na,b\r\n"])
@example([b"p\r\n1\r\n", f"0{',x' * 8}\r\np,{NAMES}\r\n".encode()])
def test_the_fast_way_says_the_same(parts: list[bytes]) -> None:
    """Rows that look alike are read as they would be one by one."""
    slow = RowReader()
    line, expected = 1, []
    for part in parts:
        for chunk in read_chunks(io.BytesIO(part)):
            chunk = chunk._replace(first_line=line)
            line += chunk.content.count(b"\n")
            expected += slow.read(chunk)

    assert _regular(RowReader(), parts) == expected


def test_a_large_file_is_read_in_several_chunks() -> None:
    """Headers, shapes and line numbers go on from one chunk to the next."""
    rows = CHUNK_BYTES // 5
    table = _table("a,b\r\n" + "1,2\r\n" * rows + "1,2,3\r\n")
    assert len(table) == rows + 1
    assert table[-1] == (rows + 2, {"a": "1", "b": "2", "column_2": "3"}, None)
