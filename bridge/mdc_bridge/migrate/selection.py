"""The rows of a unit that are wanted: of its periods, and not in collected lines already.

Dual mode wrote the CSV rows of a call as a line, too. Rows with a correlation id are the line's by
it; of rows without one, those of equal values are the line's, whichever they are: all else about
them is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from mdc_core.payload_rows.json_texts import parse_json

from ..collected.line_data import Parse
from ..collected.lines import CollectedLine, lines_of_file
from ..collected.period import ALWAYS, Period
from ..collected.problems import Problems
from ..equality.values import loads
from .correlation_cells import inner_json, line_time
from .row_batches import RowBatch
from .row_counts import RowCounts
from .units import Trees, Unit
from .waiting_rows import WaitingRows, cells_of


class _Existing:
    """What collected lines have already of the rows of a unit.

    Attributes:
        ids: correlation ids, as the inner parts of JSON strings.
        unreadable: number of lines, and files, that cannot be read.
    """

    def __init__(self, unit: Unit, trees: Trees) -> None:
        self._unit = unit
        self._trees = trees
        problems = Problems()
        lines = self._lines(problems, parse_json)
        self.ids = frozenset(inner_json(line.correlation_id.encode()) for line in lines)
        self.unreadable = problems.unreadable

    def __bool__(self) -> bool:
        return bool(self._unit.existing)

    @cached_property
    def rows(self) -> WaitingRows:
        """Rows of the time of the unit's folder: those of another day may have equal values."""
        first, last = self._unit.bounds
        waiting = WaitingRows()
        for line in self._lines(Problems(), loads):
            if line.time_us is None or first <= line.time_us < last:
                waiting.add(line.rows)
        return waiting

    def _lines(self, problems: Problems, parse: Parse) -> Iterator[CollectedLine]:
        for each in self._unit.existing:
            yield from lines_of_file(self._trees[each.tree], each.file, ALWAYS, problems, parse)


class Selection:
    """Leaves out the rows of a unit that are not wanted: of another time, or in lines already.

    Args:
        unit: the unit; its periods are those of rows that say their time.
        trees: in which its collected files are.
        counts: of the unit, for what is left out.

    Raises:
        StoreError: when a tree cannot be reached.
    """

    def __init__(self, unit: Unit, trees: Trees, counts: RowCounts) -> None:
        self._bounds = [_bounds_of(period) for period in unit.periods]
        self._existing = _Existing(unit, trees)
        self._is_flat = False  # a CSV row has all rows of a call, which was given a 1-D array
        self._takes_all = _bounds_of(ALWAYS) in self._bounds and not unit.existing
        self._prefix = b""
        self._counts = counts
        counts.unreadable_lines = self._existing.unreadable

    def begin_file(self, correlation_prefix: bytes) -> None:
        """Take the next batches for those of another file, whose rows without an id begin so."""
        self._prefix = correlation_prefix
        self._is_flat = False

    def of(self, batch: RowBatch) -> RowBatch:
        """Return the rows that are wanted; rejected ones are kept, to be reported."""
        if self._takes_all:
            return batch
        if self._existing and not self._is_flat and batch.without_correlation:
            self._is_flat = any(b"},{" in row and _is_flat(row) for row in batch.rows)
        places = [at for at in range(len(batch.rows)) if self._is_wanted(batch, at)]
        if len(places) == len(batch.rows):
            return batch
        wanted = batch.of_rows(places)
        if batch.without_correlation:
            wanted.without_correlation = sum(
                identifier.startswith(self._prefix) and at not in wanted.rejects
                for at, identifier in enumerate(wanted.ids)
            )
        return wanted

    def _is_wanted(self, batch: RowBatch, at: int) -> bool:
        if at in batch.rejects:
            return True
        has_id = not batch.ids[at].startswith(self._prefix)
        if has_id and not any(first <= batch.times[at] < end for first, end in self._bounds):
            self._counts.left_out += 1
            return False
        if has_id:
            is_there = batch.ids[at] in self._existing.ids
        elif self._existing:
            is_there = self._existing.rows.take(cells_of(batch.rows[at]), self._is_flat)
        else:
            is_there = False
        self._counts.collected += is_there
        return not is_there


def _is_flat(row: bytes) -> bool:
    row_of_names = cells_of(row)
    return len(row_of_names.names) == 1 < len(row_of_names.cells)


def _bounds_of(period: Period) -> tuple[bytes, bytes]:
    """Return the first time of a period and the one before which it ends, as lines show them."""
    first = b"" if period.since_us is None else line_time(period.since_us)
    return first, b"\xff" if period.until_us is None else line_time(period.until_us)
