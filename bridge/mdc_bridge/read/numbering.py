"""Which line of its id each row is of: `mdc_line`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy

from .chunks import Chunk
from .gathering import Gathered
from .line_chunks import chunk_of_empty_lines
from .origin import ID, LINE, TIME
from .placed import LineOrigins
from .repeats import Repeats
from .runs import AnyChunk, Runs
from .tables import FILE, NUMBER, PLACE, TableChunk

_Id = tuple[str, ...]


class Numbering:
    """Numbers the lines of each id, once all were seen.

    Args:
        folder: a temporary one; the caller removes it.
        places: of the lines.
    """

    def __init__(self, folder: Path, places: LineOrigins) -> None:
        self._places = places
        self._empty = Runs(folder, "empty")
        self._repeats = Repeats(folder)

    def add(self, batch: Gathered) -> None:
        """Take lines into account."""
        self._repeats.add(self._hash(line.place, line.id) for line in batch.lines)
        self._empty.add([chunk_of_empty_lines(batch.lines)])
        for table in batch.tables:
            numbers = table.numbers(NUMBER)
            is_first = numpy.append([True], numbers[1:] != numbers[:-1])
            self._repeats.add_all(self._hashes(table)[is_first])

    def finish(self) -> None:
        """Find which ids came more than once, after the last line was added."""
        self._repeats.finish()

    def numbered(self, chunks: Iterable[AnyChunk]) -> Iterator[AnyChunk]:
        """Yield chunks of all rows, in their order, with the numbers of their lines."""
        self._repeats.restart()
        lines = _LineNumbers(self._empty_lines(), self._repeats)
        for chunk in chunks:
            if isinstance(chunk, TableChunk):
                yield chunk.with_lines(self._of_table(chunk, lines))
            else:
                chunk.columns[LINE] = self._of_chunk(chunk, lines)
                yield chunk

    def _of_chunk(self, chunk: Chunk, lines: _LineNumbers) -> list[int]:
        if not self._repeats.has_any:
            return [0] * chunk.height
        columns = chunk.columns
        return [
            lines.number(line, self._id(place, name), self._hash(place, name))
            for place, name, *line in zip(columns[PLACE], columns[ID], *chunk.keys[:3])
        ]

    def _of_table(self, chunk: TableChunk, lines: _LineNumbers) -> Any:
        numbers = numpy.zeros(chunk.height, numpy.int64)
        if self._repeats.has_any:
            hashes = self._hashes(chunk)
            found = numpy.flatnonzero(self._repeats.repeated(hashes))
            if len(found):
                columns = [chunk.numbers(name) for name in (PLACE, TIME, FILE, NUMBER)]
                names = chunk.table.column(ID).take(found).to_pylist()
                cells = zip(*(column[found].tolist() for column in columns))
                for at, name, (place, *line) in zip(found, names, cells):
                    numbers[at] = lines.number(line, self._id(place, name), int(hashes[at]))
        return numbers

    def _id(self, place: int, id: str) -> _Id:
        return (*self._places.names[place][:3], id)

    def _hash(self, place: int, id: str) -> int:
        return hash(id) ^ hash(self._places.names[place][:3])

    def _hashes(self, table: TableChunk) -> Any:
        """Return the hashes of the ids of rows as numpy's."""
        names = table.table.column(ID).to_pylist()
        hashes = numpy.fromiter(map(hash, names), numpy.int64, len(names))
        places = table.numbers(PLACE)
        there = numpy.unique(places)
        known = [hash(self._places.names[place][:3]) for place in there]
        return hashes ^ numpy.array(known, numpy.int64)[numpy.searchsorted(there, places)]

    def _empty_lines(self) -> Iterator[tuple[list[int], _Id, int]]:
        """Yield places and ids of the lines without rows."""
        for chunk in self._empty.merged():
            assert isinstance(chunk, Chunk)
            columns = chunk.columns
            for place, name, *line in zip(columns[PLACE], columns[ID], *chunk.keys):
                yield line, self._id(place, name), self._hash(place, name)


class _LineNumbers:
    """Numbers lines that come in order, and those without rows between them."""

    def __init__(self, empty: Iterator[tuple[list[int], _Id, int]], repeats: Repeats) -> None:
        self._empty = empty
        self._repeats = repeats
        self._waiting = next(empty, None)
        self._last: list[int] = []
        self._number = 0

    def number(self, line: list[int], id: _Id, hashed: int) -> int:
        if line != self._last:
            while self._waiting is not None and self._waiting[0] < line:
                self._repeats.number(*self._waiting[1:])
                self._waiting = next(self._empty, None)
            self._number = self._repeats.number(id, hashed)
            self._last = line
        return self._number
