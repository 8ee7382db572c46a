"""What is made of a row's cells, made once for all rows with the same: in 10,000 rows of a call."""

from __future__ import annotations

from typing import Any, Callable, Dict, Generic, Tuple, TypeVar

Made = TypeVar("Made")

_PLAIN = frozenset({str, int, float, bool, type(None)})


class SameCells(Generic[Made]):
    """Remembers what was made of cells, as long as it lives.

    Args:
        make: returns what cells are made into; it depends on their values and classes alone.
    """

    def __init__(self, make: Callable[[Tuple[Any, ...]], Made]) -> None:
        self._make = make
        self._made: Dict[Any, Made] = {}

    def of(self, cells: Tuple[Any, ...]) -> Made:
        """Return what is made of cells."""
        kinds = tuple(map(type, cells))
        if not _PLAIN.issuperset(kinds):
            return self._make(cells)
        # With the classes, as 1 == 1.0 == True.
        key = (kinds, cells)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(cells)
        return made
