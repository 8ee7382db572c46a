"""A chunk of CSV taken apart into cells: what the csv module reads, and why it could not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple, Union

from .chunks import LONGEST_ROW_BYTES, Chunk

CUT_OFF = "the last row of the file has no line end: it may be cut off"
NOT_UTF8 = "not UTF-8"
OPEN_QUOTE = "a quote is opened and never closed"
_LONGEST_SHOWN = 2000
# Stands for characters that the csv module treats as line ends or, before 3.11, refuses.
_STAND_INS = {"\r": "\ue00d", "\0": "\ue000"}


class Record(NamedTuple):
    """The cells of one row.

    Attributes:
        line: number of the line on which it begins.
        cells: as they stand, quotes resolved.
        is_crlf: it ends in CR LF, as rows of arrays and lists do; those of frames end in LF.
    """

    line: int
    cells: list[str]
    is_crlf: bool


class Reject(NamedTuple):
    """What could not be read.

    Attributes:
        line: number of its first line.
        reason: why.
        text: what stands there, shortened where it is long.
    """

    line: int
    reason: str
    text: str


def read_records(chunk: Chunk) -> Iterator[Union[Record, Reject]]:
    """Yield what stands in a chunk, in order; empty lines are no rows."""
    if chunk.broken:
        yield reject(chunk.first_line, OPEN_QUOTE, chunk.content)
        return
    content = chunk.content
    if not content.endswith(b"\n"):
        start = content.rfind(b"\n") + 1
        line = chunk.first_line + content.count(b"\n")
        yield from _read_whole(Chunk(chunk.first_line, content[:start]))
        yield reject(line, CUT_OFF, content[start:])
    else:
        yield from _read_whole(chunk)


def reject(line: int, reason: str, content: bytes) -> Reject:
    """Return a reject; bytes that are no text stay visible."""
    text = content[:_LONGEST_SHOWN].decode("utf-8", "backslashreplace").rstrip("\r\n")
    return Reject(line, reason, text)


def _read_whole(chunk: Chunk) -> Iterator[Union[Record, Reject]]:
    try:
        text = chunk.content.decode()
    except UnicodeDecodeError:
        for line, content in enumerate(chunk.content.splitlines(True), chunk.first_line):
            yield from _read_line(line, content)
        return
    if '"' in text or "\r" in text.replace("\r\n", ""):
        yield from _read_quoted(text, chunk.first_line)
        return
    for line, row in enumerate(text.split("\n"), chunk.first_line):
        is_crlf = row.endswith("\r")
        row = row[:-1] if is_crlf else row
        if row:
            yield Record(line, row.split(","), is_crlf)


def _read_line(line: int, content: bytes) -> Iterator[Union[Record, Reject]]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        yield reject(line, NOT_UTF8, content)
    else:
        yield from _read_quoted(text, line)


def _read_quoted(text: str, first_line: int) -> Iterator[Union[Record, Reject]]:
    """Yield rows by the csv module; after one it cannot read, go on with the next line."""
    if len(text) > csv.field_size_limit():
        csv.field_size_limit(2 * LONGEST_ROW_BYTES)
    lines = list(io.StringIO(text, newline="\n"))
    stands_in = _has_lone_control(text)
    at = 0
    while at < len(lines):
        reader = csv.reader(map(_stand_in, lines[at:]) if stands_in else lines[at:], strict=True)
        start = at
        try:
            for cells in reader:
                begin, start = start, at + reader.line_num
                if cells:
                    if stands_in:
                        cells = [_restored(cell) for cell in cells]
                    yield Record(first_line + begin, cells, lines[start - 1].endswith("\r\n"))
            return
        except csv.Error as error:
            reason = OPEN_QUOTE if "unexpected end" in str(error) else f"not CSV: {error}"
            yield reject(first_line + start, reason, lines[start].encode())
            at = start + 1


def _has_lone_control(text: str) -> bool:
    return "\0" in text or text.count("\r") != text.count("\r\n")


def _stand_in(line: str) -> str:
    body, end = (line[:-2], line[-2:]) if line.endswith("\r\n") else (line[:-1], line[-1:])
    for control, stand_in in _STAND_INS.items():
        body = body.replace(control, stand_in)
    return body + end


def _restored(cell: str) -> str:
    for control, stand_in in _STAND_INS.items():
        cell = cell.replace(stand_in, control)
    return cell
