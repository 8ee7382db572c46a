"""Rows that follow each other, as lists: whatever their values are."""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy

from .columns import ColumnKind
from .origin import TIME

SortKey = tuple[Any, ...]
CellColumns = dict[Any, list[Any]]
# About the size of a chunk in its file; in memory its values take some three times as much.
_BYTES = 512 * 1024
# Without references to values that were written already, which cost more than they save.
_VERSION = 2


class Chunk(NamedTuple):
    """Rows that follow each other.

    Attributes:
        keys: what rows are sorted by, each once: columns of equal length.
        columns: the cells by name; all are as long as these.
    """

    keys: list[list[Any]]
    columns: CellColumns

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.keys[0])

    def key(self, at: int) -> SortKey:
        """Return the key of a row."""
        return tuple(column[at] for column in self.keys)

    def find(self, bound: SortKey, start: int) -> int:
        """Return the number of the first row after a key, from a row on."""
        return bisect_right(list(zip(*self.keys)), bound, start)

    def part(self, start: int, stop: int) -> Chunk:
        """Return some of the rows."""
        if start == 0 and stop == self.height:
            return self
        columns = {name: column[start:stop] for name, column in self.columns.items()}
        return Chunk([column[start:stop] for column in self.keys], columns)

    def contents(self) -> list[bytes]:
        """Return the rows as bytes, divided so that each part is small, unless a row is not."""
        content = marshal.dumps(tuple(self), _VERSION)
        if len(content) <= _BYTES or self.height < 2:
            return [content]
        return list(
            chain(*(part.contents() for part in parts_of(self, 1 + len(content) // _BYTES)))
        )

    @classmethod
    def of_content(cls, content: bytes) -> Chunk:
        """Return the rows of bytes."""
        return cls(*marshal.loads(content))

    def times(self) -> Any:
        """Return the times of the rows that have one, as numpy's."""
        times = [time for time in self.columns[TIME] if time is not None]
        return numpy.array(times, numpy.int64)

    def kinds(self) -> dict[Any, ColumnKind]:
        """Return the kinds of the columns."""
        return {name: ColumnKind(values) for name, values in self.columns.items()}


def parts_of(chunk: Any, wanted: int) -> list[Any]:
    """Return a chunk in so many parts, or one for each row."""
    parts = min(chunk.height, wanted)
    bounds = [chunk.height * at // parts for at in range(parts + 1)]
    return [chunk.part(*each) for each in zip(bounds, bounds[1:])]


def joined_chunks(chunks: Sequence[Chunk], is_sorted: bool) -> Chunk:
    """Return the rows of several chunks as one; see `runs.joined`."""
    names = list({name: None for chunk in chunks for name in chunk.columns})
    keys = [list(chain(*columns)) for columns in zip(*(chunk.keys for chunk in chunks))]
    columns: CellColumns = {name: [] for name in names}
    for chunk in chunks:
        for name, column in columns.items():
            column += chunk.columns.get(name) or [None] * chunk.height
    return Chunk(keys, columns) if is_sorted else sorted_chunk(Chunk(keys, columns))


def sorted_chunk(chunk: Chunk) -> Chunk:
    """Return a chunk with its rows by key."""
    keys = list(zip(*chunk.keys))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    if len(order) < 2 or order == list(range(len(order))):
        return chunk
    pick = itemgetter(*order)
    columns = {name: list(pick(column)) for name, column in chunk.columns.items()}
    return Chunk([list(pick(column)) for column in chunk.keys], columns)
