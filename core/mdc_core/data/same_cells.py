"""Results for the cells of a row, computed once for all rows that have the same cells."""

from __future__ import annotations

from typing import Any, Callable, Dict, Generic, Tuple, TypeVar

Result = TypeVar("Result")

_PLAIN = frozenset({str, int, float, bool, type(None)})


class SameCells(Generic[Result]):
    """Remembers the results of a function, as long as it lives.

    Args:
        make: the function; its result depends on the values and classes of the cells alone.
    """

    def __init__(self, make: Callable[[Tuple[Any, ...]], Result]) -> None:
        self._make = make
        self._results: Dict[Any, Result] = {}

    def of(self, cells: Tuple[Any, ...]) -> Result:
        """Return the result for some cells."""
        kinds = tuple(map(type, cells))
        if not _PLAIN.issuperset(kinds):
            return self._make(cells)
        # With the classes, as 1 == 1.0 == True.
        key = (kinds, cells)
        result = self._results.get(key)
        if result is None:
            result = self._results[key] = self._make(cells)
        return result
