"""The JSON type of a CSV column: found by its cells, and claimed for all of them.

A number stays the digits that stand there, where a reader of JSON gets the same value from them.
What a reader would change is text: `00123`, `1e400`, integers of more than 64 bits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Optional

import orjson

INTEGER, NUMBER, BOOLEAN, STRING = "integer", "number", "boolean", "string"
JSON_TYPES = (INTEGER, NUMBER, BOOLEAN, STRING)

NULL = b"null"
INFINITIES = frozenset([b"inf", b"-inf", b"Infinity", b"-Infinity"])
# What frames, arrays and lists write for a missing value, and for what JSON has no number for.
NULLS = dict.fromkeys(
    (
        b"",
        b"nan",
        b"NaN",
        b"-nan",
        b"None",
        b"null",
        b"NaT",
        b"<NA>",
        *sorted(INFINITIES),
    ),
    NULL,
)
BOOLEANS = {b"True": b"true", b"False": b"false", b"true": b"true", b"false": b"false"}

_INTEGER = re.compile(rb"-?(?:0|[1-9]\d*)")
_NUMBER = re.compile(rb"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_INT64 = range(-(2**63), 2**63)
_DIGITS_TO_0 = bytes.maketrans(b"123456789", b"0" * 9)
# With the sign; int() refuses texts of thousands of digits.
_INT64_LENGTH = 20
# So many may be an integer larger than 64 bits.
_LONG_DIGITS = b"0" * 19
_LONG_INTEGER = re.compile(rb",-?\d{19,},")
# In the texts of JSON numbers, none of these stands: `null`, `true`, `false`, `[`, `{`, spaces.
_NOT_IN_NUMBERS = (b"u", b"l", b"[", b"{", b" ", b"\t", b"\r", b"\n", b'"')
_NOT_IN_INTEGERS = (b".", b"e", b"E")


def joined_type(cells: list[bytes]) -> Optional[str]:
    """Return the type of a column of numbers, None when some cell is none, or needs a closer look.

    All cells are parsed at once; a cell that is not a number costs nothing more.
    """
    joined = b",".join(cells)
    if not are_numbers(joined, len(cells)):
        return None
    if _has_long_digits(joined) and _LONG_INTEGER.search(b",%s," % joined):
        return None
    return NUMBER if any(mark in joined for mark in _NOT_IN_INTEGERS) else INTEGER


def are_numbers(joined: bytes, count: int) -> bool:
    """Return whether cells are numbers of JSON, each within the range of a double.

    Args:
        joined: the cells with commas between them.
        count: number of cells.
    """
    if any(mark in joined for mark in _NOT_IN_NUMBERS):
        return False
    try:
        return len(orjson.loads(b"[" + joined + b"]")) == count
    except orjson.JSONDecodeError:
        return False


def are_integers(joined: bytes) -> bool:
    """Return whether numbers of JSON are integers of surely no more than 64 bits."""
    if any(mark in joined for mark in _NOT_IN_INTEGERS):
        return False
    return not _has_long_digits(joined)


def fault_of(cell: bytes, json_type: str) -> Optional[str]:
    """Return why a cell is not of a type, None when it is; a missing value is of every type."""
    if json_type == STRING or cell in NULLS:
        return None
    if json_type == BOOLEAN:
        return None if cell in BOOLEANS else "neither True nor False"
    if json_type == INTEGER:
        if not _INTEGER.fullmatch(cell):
            return "not a JSON integer"
        return None if _is_int64(cell) else "an integer larger than 64 bits"
    if not _NUMBER.fullmatch(cell):
        return "not a JSON number"
    return None if math.isfinite(float(cell)) else "beyond the range of a double"


def column_type(cells: Iterable[bytes]) -> Optional[str]:
    """Return the one type that holds for cells, None where all are missing values."""
    found: Optional[str] = None
    for cell in cells:
        if cell not in NULLS:
            found = widened(found, _cell_type(cell))
            if found == STRING:
                break
    return found


def widened(one: Optional[str], other: Optional[str]) -> Optional[str]:
    """Return the narrowest type that holds for cells of both types."""
    if one is None or other is None or one == other:
        return one or other
    return NUMBER if {one, other} == {INTEGER, NUMBER} else STRING


def _has_long_digits(joined: bytes) -> bool:
    return _LONG_DIGITS in joined.translate(_DIGITS_TO_0)


def _is_int64(cell: bytes) -> bool:
    """Return whether an integer of JSON has no more than 64 bits."""
    return len(cell) < _INT64_LENGTH - 1 or (len(cell) <= _INT64_LENGTH and int(cell) in _INT64)


def _cell_type(cell: bytes) -> str:
    if cell in BOOLEANS:
        return BOOLEAN
    if _INTEGER.fullmatch(cell):
        # Readers take larger ones for doubles, and change their last digits.
        return INTEGER if _is_int64(cell) else STRING
    is_number = _NUMBER.fullmatch(cell) and math.isfinite(float(cell))
    return NUMBER if is_number else STRING


def text_reason(cells: Iterable[bytes]) -> Optional[str]:
    """Return an example of a number in a column of texts that forbids it to be one of numbers."""
    for cell in cells:
        if cell[:1].isdigit() and _looks_numeric(cell) and _cell_type(cell) == STRING:
            return cell.decode("utf-8", "replace")
    return None


def _looks_numeric(cell: bytes) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
