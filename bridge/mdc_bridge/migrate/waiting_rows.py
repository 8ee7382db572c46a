"""Rows of collected lines that wait for the CSV rows that say the same."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, Optional

from ..equality.rows import (
    Key,
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


class Cells(NamedTuple):
    """A CSV row."""

    names: tuple[str, ...]
    cells: tuple[str, ...]


class _Line:
    """The rows of a line, and which of them are taken."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.taken: set[int] = set()


class WaitingRows:
    """What is left of collected lines, each row of which is one CSV row at most.

    A CSV row is one row object, or stands for a whole line, as `compare` takes it.
    """

    def __init__(self) -> None:
        self._wholes: dict[Key, deque[_Line]] = defaultdict(deque)
        # Rows that are alone in their line, and others.
        self._alone: dict[Key, deque[tuple[_Line, int]]] = defaultdict(deque)
        self._among: dict[Key, deque[tuple[_Line, int]]] = defaultdict(deque)

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Take the rows of a line; numbers are their digits in `bytes`."""
        line = _Line(rows)
        places = self._alone if len(rows) == 1 else self._among
        for at, row in enumerate(rows):
            places[key_of_row(row)].append((line, at))
        if not rows or len(rows) == 1 == len(rows[0]):
            return
        key = key_of_whole(rows)
        keys = {key_of_lists(width) for width in whole_widths(rows)}
        for each in keys if key is None else {key, *keys}:
            self._wholes[each].append(line)

    def row_keys(self) -> set[Key]:
        """Return the keys of CSV rows that may be among them."""
        return {*self._wholes, *self._alone, *self._among}

    def take(self, row: Cells, is_flat: bool = False) -> bool:
        """Take what says the same as a CSV row, and return whether there was any.

        Args:
            row: of the CSV.
            is_flat: its file has a row with all cells of a 1-D array, so that no row of it is one
                of several of a line.
        """
        key = key_of_cells(row.cells)
        if self._take_whole(key, row) or self._take_one(self._alone, key, row):
            return True
        return not is_flat and self._take_one(self._among, key, row)

    def _take_whole(self, key: Key, row: Cells) -> bool:
        found = _first(
            self._wholes.get(key),
            lambda line: bool(line.taken),
            lambda line: not whole_differences(row, line.rows),
        )
        if found is not None:
            found.taken.update(range(len(found.rows)))
        return found is not None

    def _take_one(self, places: dict[Key, deque[tuple[_Line, int]]], key: Key, row: Cells) -> bool:
        found = _first(
            places.get(key),
            lambda place: place[1] in place[0].taken,
            lambda place: not row_differences(row, place[0].rows[place[1]]),
        )
        if found is not None:
            found[0].taken.add(found[1])
        return found is not None


def _first(
    queue: Optional[deque[Any]], is_gone: Callable[[Any], bool], is_same: Callable[[Any], bool]
) -> Optional[Any]:
    """Remove and return the first of a queue that is the same, and what is gone before it."""
    while queue and is_gone(queue[0]):
        queue.popleft()
    for at, each in enumerate(islice(queue or (), _MOST_LOOKED_AT)):
        if not is_gone(each) and is_same(each):
            assert queue is not None
            del queue[at]
            return each
    return None


def cells_of(rows: bytes) -> Cells:
    """Return the CSV row that a row of a block is: of a 1-D array several objects.

    Its cells are texts that are the same as those in the file, but for what is missing.
    """
    objects: Sequence[dict[str, Any]] = loads(b"[%s]" % rows)
    names = tuple(objects[0]) if objects else ()
    return Cells(names, tuple(_texts(objects)))


def _texts(objects: Sequence[dict[str, Any]]) -> Iterator[str]:
    for each in objects:
        for value in each.values():
            if isinstance(value, bytes):
                yield value.decode()
            else:
                yield "" if value is None else str(value)
