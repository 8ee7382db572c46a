"""CSV texts as rows.

Whether the first line is a header is what the media type's parameter `header` says (RFC 4180), or
given names, or the values: a line of texts over columns of numbers is one, a line with a number in
it is none. In all other cases nothing tells, and nothing is chosen.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from typing import Any, List

from .lists import labelled, named
from .result import AMBIGUOUS, EMPTY, NOT_CSV, RAGGED, BodyFacts, NotRowsError, Row

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def rows_of_csv(text: str, header: str, wanted: BodyFacts) -> List[Row]:
    """Return the rows of a CSV text; columns of only numbers become numbers.

    Args:
        text: the body.
        header: `present`, `absent`, or empty if it is not known.
        wanted: see `BodyFacts`.

    Raises:
        NotRowsError: it holds none, or nothing tells whether it has a header.
    """
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise NotRowsError(NOT_CSV, f"it is not valid CSV: {error}") from None
    if not lines:
        raise NotRowsError(EMPTY, "it has no lines")
    if {len(line) for line in lines} != {len(lines[0])}:
        raise NotRowsError(RAGGED, "the lines have different numbers of values")
    if _has_header(lines, header, wanted.names):
        return labelled(_typed(lines[1:]), lines[0])
    return named(_typed(lines), len(lines[0]), wanted.names)


def _has_header(lines: Sequence[Sequence[str]], header: str, names: Sequence[str]) -> bool:
    if header in ("present", "absent"):
        return header == "present"
    first = lines[0]
    if names and set(first) == set(names):
        return True
    numbers = [_is_number(text) for text in first]
    if names and len(names) == len(first):
        # Other names over the same columns would be a header too.
        if any(numbers) or not _over_numbers(lines):
            return False
    elif any(numbers):
        if first != [str(at) for at in range(len(first))]:
            return False
    elif _over_numbers(lines) and all(first) and len(set(first)) == len(first):
        return True
    raise NotRowsError(
        AMBIGUOUS,
        "nothing tells whether its first line is a header; valid: text/csv; header=present",
    )


def _over_numbers(lines: Sequence[Sequence[str]]) -> bool:
    """Return whether the first line has a text where all others have numbers."""
    return len(lines) > 1 and any(
        not _is_number(cells[0]) and all(map(_is_number, cells[1:])) for cells in zip(*lines)
    )


def _is_number(text: str) -> bool:
    """Return whether a text is a number as JSON has them, which a double can hold."""
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _typed(lines: Sequence[Sequence[str]]) -> List[Sequence[Any]]:
    return list(zip(*(_column(cells) for cells in zip(*lines))))


def _column(cells: Sequence[str]) -> List[Any]:
    there = [cell for cell in cells if cell]
    if there and all(map(_is_number, there)):
        whole = all(cell.lstrip("-").isdigit() for cell in there)
        return [(int(cell) if whole else float(cell)) if cell else None for cell in cells]
    if there and all(cell in _BOOLEANS for cell in there):
        return [_BOOLEANS[cell] if cell else None for cell in cells]
    return [cell or None for cell in cells]
