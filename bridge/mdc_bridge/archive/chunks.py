"""A CSV file cut into chunks of whole rows, in bounded memory, quoted line breaks respected.

A cell is quoted as a whole or holds no quote, as `csv.writer` and `to_csv` write it. A line with a
quote elsewhere was torn or damaged. It is set apart, so that the lines after it are read as they
are, wherever the chunks of a file begin.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import NamedTuple, Optional

from ..files.base import Readable, read_fully

CHUNK_BYTES = 128 * 1024
# A quote that is never closed would make the rest of a file one cell.
LONGEST_ROW_BYTES = 16 * 1024 * 1024
# At a file's end, an open quote is one of a row that was cut off, unless too much follows it.
_LONGEST_CUT_OFF_BYTES = 64 * 1024

_BOM = b"\xef\xbb\xbf"
_WELL_QUOTED = re.compile(
    rb'(?:[^"]*(?<![^,\n])"[^"]*(?:""[^"]*)*"(?=,|\r?\n)){,1000}(?P<plain>[^"]*)'
)
_OPEN_CELL = re.compile(rb'(?<![^,\n])"[^"]*(?:""[^"]*)*(?P<closed>"\r?)?\Z')


class CsvChunk(NamedTuple):
    """Whole rows of a file.

    Attributes:
        first_line: number of its first line in the file, from 1.
        content: ends with a line feed, except the last row of a file that was cut off.
        broken: it begins with a row that quotes make unreadable. It is one line, except for a row
            that the file's end cuts off.
    """

    first_line: int
    content: bytes
    broken: bool = False


def read_chunks(stream: Readable, size: int = CHUNK_BYTES) -> Iterator[CsvChunk]:
    """Yield the rows of a CSV file in chunks of about `size` bytes.

    Args:
        stream: the file, from its beginning.
        size: bytes of a chunk; one with a longer row grows, up to `LONGEST_ROW_BYTES`.
    """
    source = _Source(stream)
    buffer, line, wanted, at_end = source.read(size), 1, size, False
    while buffer or not at_end:
        buffer = _after_marks(buffer)
        chunk = _first_chunk(buffer, line)
        if chunk is None and not at_end and len(buffer) < LONGEST_ROW_BYTES:
            more = source.read(wanted)
            at_end, wanted = not more, min(wanted * 2, LONGEST_ROW_BYTES)
            buffer += more
            continue
        chunk = chunk or _without_end(buffer, line, at_end)
        rest = buffer[len(chunk.content) :]
        # Three times as fast as counting.
        line += len(chunk.content) - len(chunk.content.replace(b"\n", b""))
        if chunk.content:
            # One byte is found ten times as fast as three.
            has_mark = _BOM[:1] in chunk.content and _BOM in chunk.content
            yield chunk._replace(content=_without_marks(chunk.content)) if has_mark else chunk
        if wanted > size:
            source.give_back(rest)
            rest, wanted, at_end = b"", size, False
        buffer = rest
        # A chunk that ended at a wrong quote may leave many lines.
        if not at_end and len(buffer) < size:
            more = source.read(size)
            at_end = not more
            buffer = buffer + more if buffer else more


def _without_marks(content: bytes) -> bytes:
    """Return rows without the byte order marks before them.

    Files that were put one behind the other have one each. A mark in a quoted cell belongs to it.
    """
    parts = content.split(b"\n" + _BOM)
    pieces, quotes = [parts[0]], parts[0].count(b'"')
    for part in parts[1:]:
        pieces += (b"\n", _BOM + part if quotes % 2 else _after_marks(part))
        quotes += part.count(b'"')
    return b"".join(pieces)


def _after_marks(content: bytes) -> bytes:
    while content.startswith(_BOM):
        content = content[len(_BOM) :]
    return content


class _Source:
    """A stream that takes back what was read too far."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._ahead = io.BytesIO()

    def read(self, size: int) -> bytes:
        # As much as is asked for: the rows of a chunk decide whether the file begins with a header.
        content = self._ahead.read(size)
        return content + read_fully(self._stream, size - len(content))

    def give_back(self, content: bytes) -> None:
        self._ahead = io.BytesIO(content + self._ahead.read())


def _first_chunk(buffer: bytes, line: int) -> Optional[CsvChunk]:
    """Return the rows up to the last whole one or the first broken one; a broken one alone."""
    end = buffer.rfind(b"\n") + 1
    if b'"' not in buffer:
        return CsvChunk(line, buffer[:end]) if end else None
    wrong = _wrong_quote(buffer)
    end = _even_end(buffer, end if wrong is None else buffer.rfind(b"\n", 0, wrong) + 1)
    if end:
        return CsvChunk(line, buffer[:end])
    is_open = wrong is None or _OPEN_CELL.match(buffer, wrong)
    end = 0 if is_open else buffer.find(b"\n") + 1
    return CsvChunk(line, buffer[:end], broken=True) if end else None


def _even_end(buffer: bytes, end: int) -> int:
    """Return the last end of a line, from `end` back, with an even number of quotes before it.

    After an odd number, the line feed is in a cell.
    """
    odd = buffer.count(b'"', 0, end) % 2
    while odd:
        before = buffer.rfind(b"\n", 0, buffer.rfind(b'"', 0, end)) + 1
        odd ^= buffer.count(b'"', before, end) % 2
        end = before
    return end


def _wrong_quote(buffer: bytes) -> Optional[int]:
    """Return the position of the first quote that does not begin a whole cell; None for none."""
    at = 0
    while True:
        match = _WELL_QUOTED.match(buffer, at)
        assert match is not None  # it matches nothing at all as well
        if match.end() == len(buffer):
            return None
        if match.start("plain") == at:
            return match.end()
        at = match.start("plain")


def _without_end(buffer: bytes, line: int, at_end: bool) -> CsvChunk:
    """Return the first line of a row whose end is not to be found, or the cut-off last row."""
    if _wrong_quote(buffer + b"\n") is None:
        return CsvChunk(line, buffer)
    # A file is hardly ever cut off right behind a line feed.
    is_cut_off = at_end and len(buffer) <= _LONGEST_CUT_OFF_BYTES and not buffer.endswith(b"\n")
    end = len(buffer) if is_cut_off else buffer.find(b"\n") + 1
    return CsvChunk(line, buffer[: end or len(buffer)], broken=True)
