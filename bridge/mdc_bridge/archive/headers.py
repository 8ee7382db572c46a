"""Headers of CSV files: which first rows are one, and what they say of the rows below.

The original writes a header once, when the collector is made: feature names, for inputs followed
by the eight correlation columns. A frame's names replace them when it comes before the first
flush. Without either there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

from mdc_core.data.correlation_columns import HEADERS, Correlation

from .records import Record

KNOWN_HEADERS = ("auto", "present", "absent")

_VALUE = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|[+-]?inf|none|null|nat|true|false|<na>"
    r"|\d{4}-\d\d-\d\d.*",
    re.IGNORECASE,
)
_CORRELATIONS = frozenset(HEADERS)


class Header(NamedTuple):
    """What a header says of its rows.

    Attributes:
        names: of the data columns, as they stand, with repeats.
        places: where in a row each of the eight correlation cells stands, where the header names
            them elsewhere than at its end; None for the usual order, or no correlations.
    """

    names: tuple[str, ...]
    places: Optional[tuple[Optional[int], ...]] = None

    @classmethod
    def of_cells(cls, cells: Sequence[str]) -> Header:
        """Return the header that a row of names is."""
        if tuple(cells[-len(HEADERS) :]) == HEADERS:
            return cls(tuple(cells[: -len(HEADERS)]))
        if _CORRELATIONS.isdisjoint(cells):
            return cls(tuple(cells))
        at = {cell: index for index, cell in enumerate(cells) if cell in _CORRELATIONS}
        names = tuple(cell for cell in cells if cell not in _CORRELATIONS)
        return cls(names, tuple(at.get(header) for header in HEADERS))


def is_header(first: Record, second: Optional[Record], mode: str = "auto") -> bool:
    """Return whether a file's first row is a header.

    Args:
        first: the row.
        second: the next one, None where there is none.
        mode: `present` or `absent` decide; `auto` looks at both rows.
    """
    if not _CORRELATIONS.isdisjoint(first.cells):
        return True
    if mode != "auto":
        return mode == "present"
    if Correlation.of_cells(first.cells) is not None:
        return False
    frame_follows = first.is_crlf and second is not None and not second.is_crlf
    if any(not cell or _VALUE.fullmatch(cell) for cell in first.cells):
        # Columns of a frame that had no names are numbered.
        numbered = first.cells == [str(index) for index in range(len(first.cells))]
        return numbered and frame_follows
    return (
        frame_follows or second is None or _looks_like_values(second.cells) or is_ambiguous(first)
    )


def is_ambiguous(first: Record) -> bool:
    """Return whether only a look at other files tells that a row of texts is a header.

    Unless told otherwise, one whose texts all differ and are short is taken for one.
    """
    cells = first.cells
    return len(set(cells)) == len(cells) and all(len(cell) <= 80 for cell in cells)


def _looks_like_values(cells: Sequence[str]) -> bool:
    if Correlation.of_cells(cells) is not None:
        return True
    return any(_VALUE.fullmatch(cell) for cell in cells)
