"""Collected rows in any number: read once, sorted in temporary files, given out in batches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any, Optional

import pandas

from mdc_core.data.table import unique_names

from ..collected.memory import without_cycles
from ..collected.partitions import temporary_folder
from ..collected.places import Choice
from ..collected.problems import Problems
from ..files import Files
from ..progress import Advance
from .batch import Batch
from .columns import Kind
from .frames import (
    COLLECTION,
    DEPLOYMENT,
    ENDPOINT,
    ID,
    LINE,
    ORIGIN,
    REQUEST,
    ROW,
    TIME,
    VERSION,
)
from .gathering import (
    MOST_CELLS,
    PLACE,
    Places,
    batches_of_lines,
    block_of_empty_lines,
    blocks_of_lines,
)
from .joining import names_beside
from .repeats import Repeats
from .runs import Block, Runs, joined
from .side_by_side import SideBySide
from .survey import Survey

_PLACES = (ENDPOINT, DEPLOYMENT, COLLECTION, VERSION)


class Rows:
    """The chosen rows of a tree, by time, as a context that ends with its temporary files.

    Args:
        files: the tree.
        choice: of lines.
        problems: told of what cannot be read.
        join: two collections whose rows are to stand side by side.
        limit: of rows: those that are read first, time folder by time folder; joined rows are
            the first by time.
        advance: told of the bytes read and to read.

    Attributes:
        count: number of rows.
        apart, example: of a join, see `SideBySide`.
        kinds: of the columns, by name.

    Raises:
        StoreError: the tree cannot be read, or the temporary folder not be written.
        SettingsError: names that the tree never held.
    """

    def __init__(
        self,
        files: Files,
        choice: Choice,
        problems: Problems,
        join: Optional[tuple[str, str]] = None,
        limit: Optional[int] = None,
        advance: Optional[Advance] = None,
    ) -> None:
        self._join = join
        self._limit = limit
        self._places = Places()
        self._survey = Survey()
        self._folder = temporary_folder()
        self._runs = Runs(self._folder, "rows")
        self._empty = Runs(self._folder, "empty")
        self._repeats = Repeats(self._folder)
        self.apart = 0
        self.example: Optional[tuple[str, str, str]] = None
        try:
            with without_cycles():
                self._read(files, choice, problems, advance)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.kinds)

    def batches(self, rows: int, size: int) -> Iterator[Batch]:
        """Yield all rows in batches; may be called again.

        Args:
            rows: how many a batch has, at most.
            size: of a batch, about, in bytes of JSON.
        """
        fitting = min(size * self.count // max(1, self._bytes), MOST_CELLS // len(self.kinds))
        most = max(1, min(rows, fitting))
        left = self.count
        waiting: list[Block] = []
        held = 0
        for block in self._numbered():
            start = 0
            while start < block.height and left:
                stop = min(block.height, start + min(most - held, left))
                waiting.append(block.part(start, stop))
                held += stop - start
                left -= stop - start
                start = stop
                if held == most:
                    yield self._batch(joined(waiting, is_sorted=True))
                    waiting, held = [], 0
            if not left:
                break
        if waiting:
            yield self._batch(joined(waiting, is_sorted=True))

    def frames(self, rows: int, size: int) -> Iterator[pandas.DataFrame]:
        """Yield all rows in frames; see `batches`."""
        return (batch.frame() for batch in self.batches(rows, size))

    def no_rows(self) -> pandas.DataFrame:
        """Return the frame of no rows."""
        return Batch({name: [] for name in self.kinds}, self.kinds, self._survey.fraction).frame()

    def _read(
        self, files: Files, choice: Choice, problems: Problems, advance: Optional[Advance]
    ) -> None:
        limit = self._limit if self._join is None else None
        sizes: list[int] = []
        batches = batches_of_lines(files, choice, problems, advance, self._places, limit, sizes)
        if self._join is None:
            for batch in batches:
                self._repeats.add(self._id(line.place, line.id) for line in batch)
                self._runs.add(blocks_of_lines(batch, self._survey))
                self._empty.add([block_of_empty_lines(batch)])
            self._repeats.finish()
        else:
            beside = SideBySide(self._join, self._places, self._survey)
            for block in beside.blocks(batches):
                self._runs.add([block])
            self.apart, self.example = beside.apart, beside.example
        self._bytes = sum(sizes)
        self._survey.finish()
        self.count = self._survey.rows
        if self._limit is not None:
            self.count = min(self.count, self._limit)
        self._name()

    def _id(self, place: int, id: str) -> tuple[str, ...]:
        return (*self._places.names[place][:3], id)

    def _name(self) -> None:
        """Give the columns the names that they have in `read`."""
        sides: tuple[list[Any], list[Any]] = ([], [])
        for coded in self._survey.names():
            sides[coded[0]].append(coded)
        left, right = (
            unique_names([*ORIGIN, *(name for _, name in side)])[len(ORIGIN) :] for side in sides
        )
        if self._join is not None:
            right = tuple(names_beside([*ORIGIN, *left], right, self._join[1]))
        self._names = dict(zip([*sides[0], *sides[1]], [*left, *right]))
        kinds = self._survey.kinds
        self.kinds = {name: _origin_kind(name, self._survey.rows) for name in ORIGIN}
        self.kinds.update((name, kinds[coded]) for coded, name in self._names.items())

    def _numbered(self) -> Iterator[Block]:
        """Yield blocks with the number of each line among those of its id."""
        if self._join is not None:  # joined rows have them
            yield from self._runs.merged()
            return
        self._repeats.restart()
        empty = self._empty_lines()
        waiting = next(empty, None)
        last: list[int] = []
        number = 0
        for block in self._runs.merged():
            columns = block.columns
            if not self._repeats.are_there:
                columns[LINE] = [0] * block.height
                yield block
                continue
            numbers = columns[LINE] = []
            for place, name, *line in zip(columns[PLACE], columns[ID], *block.keys[:3]):
                if line != last:
                    while waiting is not None and waiting[0] < line:
                        self._repeats.number(waiting[1])
                        waiting = next(empty, None)
                    number = self._repeats.number(self._id(place, name))
                    last = line
                numbers.append(number)
            yield block

    def _empty_lines(self) -> Iterator[tuple[list[int], tuple[str, ...]]]:
        """Yield places and ids of the lines without rows."""
        for block in self._empty.merged():
            columns = block.columns
            for place, name, *line in zip(columns[PLACE], columns[ID], *block.keys):
                yield line, self._id(place, name)

    def _batch(self, block: Block) -> Batch:
        cells = block.columns
        places = [self._places.names[place] for place in cells[PLACE]]
        columns = dict(zip(_PLACES, map(list, zip(*places))))
        for name in (ID, LINE, ROW, TIME, REQUEST):
            columns[name] = cells[name]
        ordered = {name: columns[name] for name in ORIGIN}
        for coded, name in self._names.items():
            ordered[name] = cells.get(coded) or [None] * block.height
        return Batch(ordered, self.kinds, self._survey.fraction)


def _origin_kind(name: str, rows: int) -> Kind:
    return Kind((0,) * bool(rows) if name in (LINE, ROW) else ("",) * bool(rows))
