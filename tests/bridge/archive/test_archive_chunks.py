"""Files are cut into whole rows, and nothing of them is lost, whatever they hold."""

from __future__ import annotations

import io
import tracemalloc
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive.chunks import CHUNK_BYTES, LONGEST_ROW_BYTES, CsvChunk, read_chunks
from tests.bridge.archive.archive_texts import DAMAGED, Written, written_files

BOM = b"\xef\xbb\xbf"


def _chunks(content: bytes, size: int = CHUNK_BYTES) -> list[CsvChunk]:
    return list(read_chunks(io.BytesIO(content), size))


@given(file=written_files(), size=st.integers(1, 40), bom=st.sampled_from([b"", BOM]))
def test_chunks_of_a_written_file_are_its_rows(file: Written, size: int, bom: bytes) -> None:
    """Each chunk is whole rows, they make up the file, and each knows its first line."""
    content = file.text.encode()
    chunks = _chunks(bom + content, size)

    assert b"".join(chunk.content for chunk in chunks) == content
    assert not any(chunk.broken for chunk in chunks)
    starts = {line for line, _ in file.rows}
    line = 1
    for chunk in chunks:
        assert chunk.first_line == line
        assert line in starts or chunk.content[:1] in b"\r\n"
        assert chunk.content.endswith(b"\n")
        line += chunk.content.count(b"\n")


@given(files=st.lists(written_files(), max_size=3), size=st.integers(1, 40))
def test_marks_of_files_behind_each_other(files: list[Written], size: int) -> None:
    """Byte order marks before rows belong to no cell; one in a quoted cell does."""
    cell = b'x,"a\n' + BOM + b'b"\n'
    contents = [file.text.encode() for file in files]
    chunks = _chunks(b"".join(BOM + content + BOM + cell for content in contents), size)
    assert b"".join(chunk.content for chunk in chunks) == b"".join(
        content + cell for content in contents
    )
    assert not any(chunk.broken for chunk in chunks)


@given(content=DAMAGED, size=st.integers(1, 40))
def test_no_byte_of_a_damaged_file_is_lost(content: bytes, size: int) -> None:
    """Chunks make up the file, and all but the last one end in a line feed."""
    chunks = _chunks(content, size)

    assert b"".join(chunk.content for chunk in chunks) == content
    assert all(chunk.content.endswith(b"\n") for chunk in chunks[:-1])
    assert all(chunk.content for chunk in chunks)


@given(content=DAMAGED, size=st.integers(1, 40))
def test_what_is_broken_does_not_depend_on_the_size_of_chunks(content: bytes, size: int) -> None:
    """The same lines are set apart, wherever chunks begin."""
    small = [chunk for chunk in _chunks(content, size) if chunk.broken]
    assert small == [chunk for chunk in _chunks(content) if chunk.broken]


@pytest.mark.parametrize("cut_off", [b"1,2", b'1,"a\r\nb"', b"1,2\r", b'1,"a",'])
def test_a_cut_off_last_row_is_a_chunk_without_line_end(cut_off: bytes) -> None:
    """It stands by itself and is not broken: its quotes are right as far as it goes."""
    assert _chunks(b"a,b\r\n" + cut_off)[1:] == [CsvChunk(2, cut_off)]


def test_a_quote_left_open_by_the_end_of_the_file_takes_its_lines_along() -> None:
    """They may be of a text of several lines that was cut off in one."""
    assert _chunks(b'a\n"one\ntwo')[1:] == [CsvChunk(2, b'"one\ntwo', broken=True)]


@pytest.mark.parametrize("size", [10, CHUNK_BYTES])
def test_a_torn_row_costs_its_line_and_no_more(size: int) -> None:
    """Rows below an open quote are read as they stand, quoted line breaks included."""
    rows = b'2,3\r\n4,"x\r\ny"\r\n' * 1000
    chunks = _chunks(b'a,b\r\n1,"torn\r\n' + rows, size)

    assert [chunk for chunk in chunks if chunk.broken] == [CsvChunk(2, b'1,"torn\r\n', broken=True)]
    assert b"".join(chunk.content for chunk in chunks[2:]) == rows


def test_a_quote_that_is_never_closed_costs_its_line_and_no_more() -> None:
    """Without another quote, the end of the file or 16 MB on tell that it is wrong."""
    rows = b"2,3\r\n" * (LONGEST_ROW_BYTES // 5 + 1000)
    chunks = _chunks(b'a,b\r\n1,"torn\r\n' + rows)

    assert chunks[:2] == [CsvChunk(1, b"a,b\r\n"), CsvChunk(2, b'1,"torn\r\n', broken=True)]
    assert sum(len(chunk.content) for chunk in chunks[2:]) == len(rows)
    assert max(len(chunk.content) for chunk in chunks) <= 2 * CHUNK_BYTES


def test_a_row_longer_than_a_chunk_is_whole() -> None:
    """A chunk grows with its row, as those of images do; the next is of the usual size again."""
    long = b'"' + b"x\n" * 300_000 + b'"\r\n'
    chunks = _chunks(b"image\r\n" + long + b"1\r\n" * 500_000)

    assert chunks[0].content == b"image\r\n"
    assert chunks[1].content.startswith(long)
    assert max(len(chunk.content) for chunk in chunks[2:]) <= 2 * CHUNK_BYTES


@pytest.mark.parametrize("line", [b'1,2" pipe,3\r\n', b'"1,2\r\n', b'1,"2\r\n'])
def test_a_file_of_nothing_but_broken_lines_takes_time_in_proportion(line: bytes) -> None:
    """Each is set apart without a look at all that follows it."""
    chunks = _chunks(line * 20_000)
    assert len(chunks) == 20_000
    assert all(chunk.broken for chunk in chunks)


class _Rows(io.RawIOBase):
    """A long file that is nowhere in memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._left)
        self._left -= size
        return (b'1.5,"a, b"\r\n' * (size // 12 + 1))[:size]


def test_memory_does_not_grow_with_the_file() -> None:
    """A few chunks are in memory at any time."""
    tracemalloc.start()
    try:
        total = sum(len(chunk.content) for chunk in read_chunks(cast(BinaryIO, _Rows(12_000_000))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == 12_000_000
    assert peak < 20 * CHUNK_BYTES


@pytest.mark.parametrize("first", ["", "a", "0", "ab", "a,b", "0.5", "abcd"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("piece", [1, 2, 3, 5, 1000])
def test_the_first_chunk_is_whole(first: str, ending: str, piece: int) -> None:
    """However short the first line, and however little a stream gives at once."""
    content = f"{first}{ending}1.5{ending}2.5{ending}".encode()

    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(piece, size if size and size > 0 else piece))

    (chunk,) = read_chunks(Trickle(content))
    assert chunk == CsvChunk(1, content)
