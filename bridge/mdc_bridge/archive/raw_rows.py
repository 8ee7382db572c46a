"""A chunk of CSV taken apart into cells: what the csv module reads, and why it could not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple, Union

from mdc_core.data.correlation_columns import REQUEST_ID_HEADER, UUID, Correlation

from .chunks import LONGEST_ROW_BYTES, CsvChunk

CUT_OFF = "the last row of the file has no line end: it may be cut off"
CR_ALONE = "its line ends are CR alone; valid: LF, or CR LF"
NOT_UTF8 = "not UTF-8"
NUL_ALONE = "only NUL bytes, as after a power failure"
BAD_QUOTE = "a quote is never closed, or is inside an unquoted cell"
_LONGEST_SHOWN = 2000
_UUID = re.compile(UUID)
_LONE_CR = re.compile(rb"\r(?!\n)")
_QUOTED = re.compile(rb'"[^"]*"')
_UNDECODED = re.compile("[\udc80-\udcff]")
# The csv module takes a CR for a line end and, before Python 3.11, refuses NUL.
_CONTROLS = "\r\0"
_PRIVATE_USE = range(0xE000, 0xF900)


class RawRow(NamedTuple):
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


def read_raw_rows(chunk: CsvChunk) -> Iterator[Union[RawRow, Reject]]:
    """Yield what stands in a chunk, in order; empty lines are not rows."""
    if chunk.broken:
        yield reject(chunk.first_line, BAD_QUOTE, chunk.content)
        return
    content = chunk.content
    if chunk.first_line == 1 and b"\n" not in content and b"\r" in _QUOTED.sub(b'""', content)[:-1]:
        yield reject(chunk.first_line, CR_ALONE, content)
        return
    is_text = True
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("utf-8", "surrogateescape")
        is_text = False
    if is_text and content.endswith(b"\r"):
        text += "\n"  # cut off between CR and LF: nothing of the row is missing
    # Texts with letters beyond Latin-1 are searched much more slowly than bytes.
    has_controls = b"\0" in content or _LONE_CR.search(content) is not None
    if not is_text or b'"' in content or has_controls or not text.endswith("\n"):
        stand_ins = _stand_ins(text) if has_controls else {}
        yield from _read_quoted(text, chunk.first_line, is_text, stand_ins)
        return
    for line, row in enumerate(text.split("\n"), chunk.first_line):
        is_crlf = row.endswith("\r")
        row = row[:-1] if is_crlf else row
        if row:
            yield RawRow(line, row.split(","), is_crlf)


def is_utf8(content: bytes) -> bool:
    """Return whether bytes are text."""
    try:
        return content.isascii() or content.decode() is not None
    except UnicodeDecodeError:
        return False


def reject(line: int, reason: str, content: bytes) -> Reject:
    """Return a reject; bytes that are not text stay visible."""
    text = content[:_LONGEST_SHOWN].decode("utf-8", "backslashreplace").rstrip("\r\n")
    return Reject(line, reason, text)


def _read_quoted(
    text: str, first_line: int, is_text: bool, stand_ins: dict[str, str]
) -> Iterator[Union[RawRow, Reject]]:
    """Yield rows by the csv module; after one it cannot read, go on with the next line."""
    if len(text) > csv.field_size_limit():
        csv.field_size_limit(2 * LONGEST_ROW_BYTES)
    lines = list(io.StringIO(text, newline="\n"))
    # In most chunks only quotes can be wrong.
    is_plain = is_text and not stand_ins and text.endswith("\n")
    at = 0
    while at < len(lines):
        rest = lines[at:] if at else lines
        if stand_ins:
            rest = [_without_controls(line, stand_ins) for line in rest]
        reader = csv.reader(rest, strict=True)
        start = at
        try:
            for cells in reader:
                begin, start = start, at + reader.line_num
                if is_plain:
                    if cells:
                        yield RawRow(first_line + begin, cells, lines[start - 1][-2:] == "\r\n")
                    continue
                for control, stand_in in stand_ins.items():
                    cells = [cell.replace(stand_in, control) for cell in cells]
                raw = RawRow(first_line + begin, cells, lines[start - 1].endswith("\r\n"))
                if stand_ins and set("".join(cells)) == {"\0"}:
                    yield _reject_lines(raw.line, NUL_ALONE, lines[begin:start])
                elif not is_text and _UNDECODED.search("".join(cells)):
                    yield _reject_lines(raw.line, NOT_UTF8, lines[begin:start])
                elif start == len(lines) and not text.endswith("\n") and not _is_whole(cells):
                    yield _reject_lines(raw.line, CUT_OFF, lines[begin:start])
                elif cells:
                    yield raw
            return
        except csv.Error:
            yield _reject_lines(first_line + start, BAD_QUOTE, lines[start : start + 1])
            at = start + 1


def _reject_lines(line: int, reason: str, lines: list[str]) -> Reject:
    return reject(line, reason, "".join(lines).encode("utf-8", "surrogateescape"))


def _is_whole(cells: list[str]) -> bool:
    """Return whether a row that has no line end cannot have been longer."""
    if cells[-1:] == [REQUEST_ID_HEADER]:
        return True
    return Correlation.of_cells(cells) is not None and _UUID.fullmatch(cells[-1]) is not None


def _stand_ins(text: str) -> dict[str, str]:
    """Return characters that the text does not hold, for those that the csv module cannot read."""
    unused = (chr(code) for code in _PRIVATE_USE if chr(code) not in text)
    return dict(zip(_CONTROLS, unused))


def _without_controls(line: str, stand_ins: dict[str, str]) -> str:
    length = 2 if line.endswith("\r\n") else 1 if line.endswith("\n") else 0
    body, end = line[: len(line) - length], line[len(line) - length :]
    for control, stand_in in stand_ins.items():
        body = body.replace(control, stand_in)
    return body + end
