"""Which columns rows have, in which order, and of what kind: known once all rows were seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Union

from .chunks import Chunk, SortKey
from .columns import OBJECTS, ColumnKind
from .tables import TableChunk

_FRACTIONS = ("seconds", "milliseconds", "microseconds")


class Survey:
    """Columns of chunks of rows.

    Attributes:
        rows: number of rows.
        kinds: of the columns, gaps included, once all chunks were added.
        fraction: of seconds that times have, as `datetime.isoformat` names it.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.fraction = _FRACTIONS[0]
        self.kinds: dict[Any, ColumnKind] = defaultdict(ColumnKind)
        self._first: dict[Any, tuple[SortKey, int]] = {}
        self._heights = Counter[Any]()
        # Columns of doubles in tables, where integers among them are doubles, too.
        self._doubles: set[Any] = set()

    @property
    def needs_lists(self) -> bool:
        """Whether doubles of tables belong to a column that must tell integers from them."""
        return any(self.kinds[name].name == OBJECTS for name in self._doubles)

    def add(self, chunk: Union[Chunk, TableChunk]) -> None:
        """Take rows into account."""
        self.rows += chunk.height
        self.fraction = max(self.fraction, _fraction(chunk.times()), key=_FRACTIONS.index)
        for name in self.add_kinds(chunk):
            self._heights[name] += chunk.height
            if self._heights[name] < self.rows:
                self.kinds[name].add_gap()

    def add_kinds(self, chunk: Union[Chunk, TableChunk]) -> list[Any]:
        """Take into account what values columns have, but not how many; return their names."""
        kinds = chunk.kinds()
        for name, kind in kinds.items():
            self.kinds[name].merge(kind)
            if isinstance(chunk, TableChunk) and float in kind.types:
                self._doubles.add(name)
        return list(kinds)

    def see(self, names: Iterable[Any], key: SortKey) -> None:
        """Take into account that a row has columns in this order.

        Args:
            names: of columns; those that were seen with an earlier row stay where they are.
            key: tells which row is the earlier.
        """
        for position, name in enumerate(names):
            place = (key, position)
            self._first[name] = min(place, self._first.get(name, place))

    def merge(self, other: Survey) -> None:
        """Take the rows of another into account."""
        self.rows += other.rows
        self.fraction = max(self.fraction, other.fraction, key=_FRACTIONS.index)
        for name, kind in other.kinds.items():
            self.kinds[name].merge(kind)
        self._heights += other._heights
        for name, place in other._first.items():
            self._first[name] = min(place, self._first.get(name, place))

    def finish(self) -> None:
        """Take into account the rows that lack a column which no later chunk had."""
        for name in {**self._first, **self.kinds}:
            if self._heights[name] < self.rows:
                self.kinds[name].add_gap()

    def names(self) -> list[Any]:
        """Return the columns that rows were seen with, in the order in which the first had them."""
        return sorted(self._first, key=self._first.__getitem__)


def _fraction(times: Any) -> str:
    if (times % 1000).any():
        return _FRACTIONS[2]
    return _FRACTIONS[1] if (times % 1_000_000).any() else _FRACTIONS[0]
