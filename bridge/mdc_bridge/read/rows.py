"""Collected rows in any number: read once, sorted in temporary files, given out in batches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Optional

import pandas

from mdc_core.data.column_names import unique_names

from ..collected.memory import without_cycles
from ..collected.partitions import temporary_folder
from ..collected.payloads import is_by_request
from ..collected.period import Period
from ..collected.places import Choice
from ..collected.problems import Problems
from ..files import Files
from ..progress import Progress
from .batch import FrameBatch, TableBatch
from .columns import ColumnKind
from .gathering import Gathered, batches_of_lines
from .joining import names_beside
from .line_chunks import MOST_CELLS, chunks_of_lines
from .numbering import Numbering
from .origin import ID, LINE, ORIGIN, PLACES, REQUEST, ROW, TIME
from .placed import LineOrigins
from .runs import AnyChunk, Runs, joined
from .side_by_side import SideBySide
from .survey import Survey
from .tables import PLACE, TableChunk, by_type

if TYPE_CHECKING:
    from .regular import Regular

# For tables that need no temporary file, in bytes.
_ROOM = 24 * 1024 * 1024


class SortedRows:
    """The chosen rows of a tree, by time, as a context that ends with its temporary files.

    Args:
        files: the tree.
        choice: of lines.
        problems: gets what cannot be read.
        join: collections whose rows are to stand side by side.
        limit: of rows: those that are read first, time folder by time folder; joined rows are
            the first by time.
        progress: called with the bytes read and to read.

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
        join: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        progress: Optional[Progress] = None,
    ) -> None:
        self._join = join
        self._limit = limit
        self._start()
        self.apart = 0
        self.example: Optional[tuple[str, str, str]] = None
        try:
            with without_cycles():
                problems_before = deepcopy(problems)
                self._read(files, choice, problems, progress, has_tables=True)
                if self._survey.needs_lists:
                    vars(problems).update(vars(problems_before))
                    self.close()
                    self._start()
                    self._read(files, choice, problems, progress, has_tables=False)
                self._name()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SortedRows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        self._places = LineOrigins()
        self._survey = Survey()
        self._folder = temporary_folder()
        self._runs = Runs(self._folder, "rows", _ROOM)
        self._numbering = Numbering(self._folder, self._places)

    def close(self) -> None:
        """Remove the temporary files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.kinds)

    def batches(self, rows: int, size: int) -> Iterator[FrameBatch]:
        """Yield all rows in batches; may be called again.

        Args:
            rows: how many a batch has, at most.
            size: of a batch, about, in bytes of JSON.
        """
        fitting = min(size * self.count // max(1, self._bytes), MOST_CELLS // len(self.kinds))
        most = max(1, min(rows, fitting))
        left = self.count
        waiting: list[AnyChunk] = []
        held = 0
        for chunk in self._runs_numbered():
            start = 0
            while start < chunk.height and left:
                stop = min(chunk.height, start + min(most - held, left))
                waiting.append(chunk.part(start, stop))
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

    def frame(self) -> pandas.DataFrame:
        """Return all rows in one frame, whatever limit there is."""
        chunks = list(self._runs_numbered())
        return self._batch(joined(chunks, is_sorted=True)).frame() if chunks else self.no_rows()

    def no_rows(self) -> pandas.DataFrame:
        """Return the frame of no rows."""
        return FrameBatch(
            {name: [] for name in self.kinds}, self.kinds, self._survey.fraction
        ).frame()

    def _read(
        self,
        files: Files,
        choice: Choice,
        problems: Problems,
        progress: Optional[Progress],
        has_tables: bool,
    ) -> None:
        is_joined = self._join is not None
        regular = None
        # Bodies of payload logging have rows that are known only beside others.
        if has_tables and not is_by_request(self._join or ()):
            regular = _regular(self._places, self._survey, choice.period, self._join or ())
        limit = None if is_joined else self._limit
        batches = batches_of_lines(files, choice, problems, progress, self._places, limit, regular)
        self._bytes = 0
        if self._join is None:
            for batch in self._counted(batches):
                self._numbering.add(batch)
                self._runs.add(chunks_of_lines(batch.lines, self._survey))
                for tables in by_type(batch.tables):
                    self._runs.add_table(joined(tables, is_sorted=False))
            self._numbering.finish()
        else:
            beside = SideBySide(self._join, self._places, self._survey)
            for chunk in beside.chunks(self._counted(batches)):
                self._runs.add_table(chunk)
            self.apart, self.example = beside.apart, beside.example
        self._survey.finish()
        self.count = self._survey.rows
        if self._limit is not None:
            self.count = min(self.count, self._limit)

    def _counted(self, batches: Iterator[Gathered]) -> Iterator[Gathered]:
        for batch in batches:
            self._bytes += batch.size
            yield batch

    def _name(self) -> None:
        """Give the columns the names that they have in `read`."""
        join = self._join or [""]
        sides: list[list[Any]] = [[] for _ in join]
        for coded in self._survey.names():
            sides[coded[0]].append(coded)
        names = [
            list(unique_names([*ORIGIN, *(name for _, name in side)])[len(ORIGIN) :])
            for side in sides
        ]
        named = dict(zip(sides[0], names[0]))
        for side, own, collection in list(zip(sides, names, join))[1:]:
            beside = names_beside([*ORIGIN, *named.values()], own, collection)
            named.update(zip(side, beside))
        self._names = named
        kinds = self._survey.kinds
        is_any = bool(self._survey.rows)
        self.kinds = {
            name: ColumnKind([0 if name in (LINE, ROW) else ""] * is_any) for name in ORIGIN
        }
        self.kinds.update((name, kinds[coded]) for coded, name in self._names.items())

    def _runs_numbered(self) -> Iterator[AnyChunk]:
        """Yield chunks with the number of each line among those of its id."""
        chunks = self._runs.merged()
        # Joined rows have them.
        return chunks if self._join is not None else self._numbering.numbered(chunks)

    def _batch(self, chunk: AnyChunk) -> FrameBatch:
        fraction = self._survey.fraction
        if isinstance(chunk, TableChunk):
            batch = TableBatch(chunk, self._places, self._names, self.kinds, fraction)
            if batch.is_plain:
                return batch
            chunk = chunk.listed()
        cells = chunk.columns
        places = [self._places.names[place] for place in cells[PLACE]]
        columns = dict(zip(PLACES, map(list, zip(*places))))
        for name in (ID, LINE, ROW, TIME, REQUEST):
            columns[name] = cells[name]
        ordered = {name: columns[name] for name in ORIGIN}
        for coded, name in self._names.items():
            ordered[name] = cells.get(coded) or [None] * chunk.height
        return FrameBatch(ordered, self.kinds, fraction)


def _regular(
    places: LineOrigins, survey: Survey, period: Period, join: Sequence[str]
) -> Optional[Regular]:
    """Return what reads many lines at once; None without pyarrow, of the extra `tools`."""
    try:
        import pyarrow  # noqa: F401
    except ModuleNotFoundError:
        return None
    from .regular import Regular

    return Regular(places, survey, period, join)
