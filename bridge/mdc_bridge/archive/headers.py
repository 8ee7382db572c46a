"""Headers of CSV files: which first rows are one, and what they say of the rows below.

The original writes a header once, when the collector is made: feature names, for inputs followed
by the eight correlation columns. A frame's names replace them when it comes before the first
flush. Without either there is none. A header's line ends in CR LF, whatever follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

from mdc_core.data.correlation_columns import (
    BOUNDARY_HEADER,
    CORRELATION_HEADER,
    HEADERS,
    TIMESTAMP_HEADER,
    Correlation,
)

from .raw_rows import RawRow

KNOWN_HEADERS = ("auto", "present", "absent")
# More of them would not tell more.
ROWS_LOOKED_AT = 1000

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T].*)?", re.DOTALL)
_VALUE = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|[+-]?inf|none|null|nat|true|false|<na>"
    r"|\d{4}-\d\d-\d\d.*",
    re.IGNORECASE | re.DOTALL,
)
_CORRELATIONS = frozenset(HEADERS)
_NEEDED = frozenset({CORRELATION_HEADER, TIMESTAMP_HEADER, BOUNDARY_HEADER})
_LONGEST_NAME = 80


class Header(NamedTuple):
    """What a header says of its rows.

    Attributes:
        names: of the data columns, as they stand, with repeats. Correlation columns without id,
            time or boundary are data: nothing can be made of them, nor may they be lost.
        places: where in a row each of the eight correlation cells stands, where the header names
            them elsewhere than at its end; None for the usual order, or no correlations.
        is_correlated: its last eight columns are the correlation.
    """

    names: tuple[str, ...]
    places: Optional[tuple[Optional[int], ...]] = None
    is_correlated: bool = False

    @classmethod
    def of_cells(cls, cells: Sequence[str]) -> Header:
        """Return the header that a row of names is."""
        if tuple(cells[-len(HEADERS) :]) == HEADERS:
            return cls(tuple(cells[: -len(HEADERS)]), is_correlated=True)
        if not _NEEDED.issubset(cells):
            return cls(tuple(cells))
        at = {cell: index for index, cell in enumerate(cells) if cell in _CORRELATIONS}
        names = tuple(cell for index, cell in enumerate(cells) if at.get(cell) != index)
        return cls(names, tuple(at.get(header) for header in HEADERS))


class Guess(NamedTuple):
    """Whether a file's first row is a header.

    Attributes:
        is_header: taken for one.
        is_certain: because of what it says, or what stands below it; the same row further down
            is then a header again. Else only other files, or their owner, can tell.
    """

    is_header: bool
    is_certain: bool


def guess_header(raw_rows: Sequence[RawRow], mode: str = "auto") -> Guess:
    """Return whether a file's first row is a header.

    Args:
        raw_rows: the first row and some that follow, at least one.
        mode: `present` or `absent` decide where the row itself does not; `auto` looks at what
            follows. Then a row of texts is taken for a header where nothing speaks against it.
    """
    first, others = raw_rows[0], raw_rows[1 : ROWS_LOOKED_AT + 1]
    if names_correlations(first.cells):
        return Guess(True, True)
    if Correlation.of_cells(first.cells) is not None:
        return Guess(False, True)
    if mode != "auto":
        return Guess(mode == "present", True)
    is_frame = first.is_crlf and bool(others) and not others[0].is_crlf
    if not are_texts(first.cells):
        # Columns of a frame that had no names are numbered.
        numbered = first.cells == [str(index) for index in range(len(first.cells))]
        return Guess(is_frame and (numbered or _are_dates_over_others(first, others)), False)
    if any(other.is_crlf and not first.is_crlf for other in others):
        return Guess(False, False)
    over_values = stands_over_values(first, others)
    # What comes again, as labels do, is data; but a frame's rows do not end as its header does.
    if any(other.cells == first.cells and not (is_frame and other.is_crlf) for other in others):
        return Guess(over_values, over_values and len(set(first.cells)) > 1)
    if over_values:
        return Guess(True, True)
    return Guess(is_frame or _may_be_names(first.cells), False)


def names_correlations(cells: Sequence[str]) -> bool:
    """Return whether a row names a correlation column, as only headers do."""
    return not _CORRELATIONS.isdisjoint(cells)


def are_texts(cells: Sequence[str]) -> bool:
    """Return whether none of a row's cells is empty or a number, date, truth value or null."""
    return all(cell and not _VALUE.fullmatch(cell) for cell in cells)


def stands_over_values(first: RawRow, others: Sequence[RawRow]) -> bool:
    """Return whether a row has a text on top of a column of only values."""
    others = [other for other in others if other.cells != first.cells]
    for column, name in enumerate(first.cells):
        if not name or _VALUE.fullmatch(name):
            continue
        below = [other.cells[column] for other in others if len(other.cells) > column]
        below = [cell for cell in below if cell]
        if below and all(map(_VALUE.fullmatch, below)):
            return True
    return False


def _are_dates_over_others(first: RawRow, others: Sequence[RawRow]) -> bool:
    """Return whether a row is of dates, all different, and none stands below them."""
    if not all(map(_DATE.fullmatch, first.cells)) or len(set(first.cells)) < len(first.cells):
        return False
    return not any(_DATE.fullmatch(cell) for other in others for cell in other.cells)


def _may_be_names(cells: Sequence[str]) -> bool:
    is_short = all(len(cell) <= _LONGEST_NAME and "\n" not in cell for cell in cells)
    return is_short and len(set(cells)) == len(cells)
