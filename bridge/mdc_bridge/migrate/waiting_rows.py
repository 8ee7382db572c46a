"""Rows of collected lines that wait for the CSV rows that say the same."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple, Optional

from ..equality.rows import (
    RowKey,
    key_of_cells,
    key_of_lists,
    key_of_row,
    key_of_whole,
    row_differences,
    whole_differences,
    whole_widths,
)
from ..equality.values import loads

# Nested values share a key whatever they are.
_MOST_LOOKED_AT = 200


class CsvCells(NamedTuple):
    """A CSV row."""

    names: tuple[str, ...]
    cells: tuple[str, ...]


class _Place(NamedTuple):
    """What of a line one CSV row may be.

    Attributes:
        rows: of the line.
        taken: which of them are taken, shared by all places of the line.
        at: which of them it is; None for the whole line.
    """

    rows: list[dict[str, Any]]
    taken: set[int]
    at: Optional[int]

    @property
    def is_taken(self) -> bool:
        return bool(self.taken) if self.at is None else self.at in self.taken

    def is_same(self, row: CsvCells) -> bool:
        if self.at is None:
            return not whole_differences(row, self.rows)
        return not row_differences(row, self.rows[self.at])

    def take(self) -> None:
        self.taken.update(range(len(self.rows)) if self.at is None else (self.at,))


_Places = dict[RowKey, deque[_Place]]


class WaitingRows:
    """What is left of collected lines, each row of which is one CSV row at most.

    A CSV row is one row object, or stands for a whole line, as `compare` takes it.
    """

    def __init__(self) -> None:
        self._wholes: _Places = defaultdict(deque)
        # Rows that are alone in their line, and others.
        self._alone: _Places = defaultdict(deque)
        self._among: _Places = defaultdict(deque)

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Take the rows of a line; numbers are their digits in `bytes`."""
        taken: set[int] = set()
        places = self._alone if len(rows) == 1 else self._among
        for at, row in enumerate(rows):
            places[key_of_row(row)].append(_Place(rows, taken, at))
        if not rows or len(rows) == 1 == len(rows[0]):
            return
        key = key_of_whole(rows)
        keys = {key_of_lists(width) for width in whole_widths(rows)}
        for each in keys if key is None else {key, *keys}:
            self._wholes[each].append(_Place(rows, taken, None))

    def row_keys(self) -> set[RowKey]:
        """Return the keys of CSV rows that may be among them."""
        return {*self._wholes, *self._alone, *self._among}

    def take(self, row: CsvCells, is_flat: bool = False) -> bool:
        """Take what says the same as a CSV row, and return whether there was any.

        Args:
            row: of the CSV.
            is_flat: its file has a row with all cells of a 1-D array, so that no row of it is one
                of several of a line.
        """
        key = key_of_cells(row.cells)
        kinds = (self._wholes, self._alone) if is_flat else (self._wholes, self._alone, self._among)
        return any(_take_first(places[key], row) for places in kinds if key in places)


def _take_first(queue: deque[_Place], row: CsvCells) -> bool:
    """Take the first place that is the same as a row; remove it, and those taken before it."""
    while queue and queue[0].is_taken:
        queue.popleft()
    for at, place in enumerate(islice(queue, _MOST_LOOKED_AT)):
        if not place.is_taken and place.is_same(row):
            place.take()
            del queue[at]
            return True
    return False


def cells_of(rows: bytes) -> CsvCells:
    """Return the CSV row that a row of a block is: of a 1-D array several objects.

    Its cells are texts that are the same as those in the file, except for missing values.
    """
    objects: Sequence[dict[str, Any]] = loads(b"[%s]" % rows)
    names = tuple(objects[0]) if objects else ()
    return CsvCells(names, tuple(_text(value) for each in objects for value in each.values()))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return "" if value is None else str(value)
