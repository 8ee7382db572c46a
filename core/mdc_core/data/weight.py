"""How much there is to encode in a row: cells may be arrays and lists themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy

# So many characters of a text take as long as a number.
_CHARACTERS = 64


def rows_of_weight(first: Iterable[Any], most: int) -> int:
    """Return how many rows are about so many numbers, at least 1.

    Args:
        first: the cells of one of the rows, which stands for all.
        most: numbers.
    """
    return max(1, most // max(1, sum(map(_weight, first))))


def _weight(cell: Any, depth: int = 3) -> int:
    if isinstance(cell, numpy.ndarray):
        return max(1, cell.size)
    if isinstance(cell, (list, tuple)):
        first = _weight(cell[0], depth - 1) if cell and depth else 1
        return max(1, len(cell) * first)
    if isinstance(cell, dict):
        return max(1, 2 * len(cell))
    return 1 + len(cell) // _CHARACTERS if isinstance(cell, (str, bytes)) else 1
