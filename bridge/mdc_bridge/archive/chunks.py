"""A CSV file cut into chunks of whole rows, in bounded memory, quoted line breaks respected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

CHUNK_BYTES = 128 * 1024
# A quote that is never closed would make the rest of a file one cell.
LONGEST_ROW_BYTES = 16 * 1024 * 1024
# At a file's end, an open quote is one of a row that was cut off, unless too much follows it.
_LONGEST_CUT_OFF_BYTES = 64 * 1024

_BOM = b"\xef\xbb\xbf"


class Chunk(NamedTuple):
    """Whole rows of a file.

    Attributes:
        first_line: number of its first line in the file, from 1.
        content: ends with a line feed, but for the last row of a file that was cut off.
        broken: it is one line that begins no row that could be found the end of.
    """

    first_line: int
    content: bytes
    broken: bool = False


def read_chunks(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """Yield the rows of a CSV file in chunks of about `size` bytes.

    Args:
        stream: the file, from its beginning.
        size: bytes of a chunk; one with a longer row grows, up to `LONGEST_ROW_BYTES`.
    """
    buffer = stream.read(size)
    buffer = buffer[len(_BOM) :] if buffer.startswith(_BOM) else buffer
    line, wanted, at_end = 1, size, False
    while buffer or not at_end:
        end = _end_of_rows(buffer)
        if end == 0 and not at_end and len(buffer) < LONGEST_ROW_BYTES:
            more = stream.read(wanted)
            at_end, wanted = not more, min(wanted * 2, LONGEST_ROW_BYTES)
            buffer += more
            continue
        chunk = Chunk(line, buffer[:end]) if end else _without_end(buffer, line)
        buffer, wanted = buffer[len(chunk.content) :], size
        # Three times as fast as counting.
        line += len(chunk.content) - len(chunk.content.replace(b"\n", b""))
        if chunk.content:
            yield chunk
        if not at_end:
            more = stream.read(size)
            at_end = not more
            buffer = buffer + more if buffer else more


def _end_of_rows(buffer: bytes) -> int:
    """Return where the last whole row ends, 0 without any."""
    end = buffer.rfind(b"\n") + 1
    if b'"' not in buffer:
        return end
    # An odd number of quotes before a line feed: it stands in a cell.
    while end and buffer.count(b'"', 0, end) % 2:
        end = buffer.rfind(b"\n", 0, buffer.rfind(b'"', 0, end)) + 1
    return end


def _without_end(buffer: bytes, line: int) -> Chunk:
    """Return the first line of a row whose end is not to be found, or the cut-off last row."""
    if b'"' not in buffer:
        return Chunk(line, buffer)
    end = len(buffer) if len(buffer) <= _LONGEST_CUT_OFF_BYTES else buffer.find(b"\n") + 1
    return Chunk(line, buffer[: end or len(buffer)], broken=True)
