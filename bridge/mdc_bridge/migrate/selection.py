"""The rows of a unit that are wanted: of its periods, and not in collected lines already."""

from __future__ import annotations

from collections.abc import Iterable

from ..collected.period import ALWAYS, Period
from .correlation_cells import line_time
from .existing import Existing
from .row_batches import RowBatch
from .row_counts import RowCounts
from .waiting_rows import cells_of


class Selection:
    """Leaves out the rows of a unit that are not wanted: of another time, or in lines already.

    Args:
        periods: of the rows that say their time.
        existing: what lines have.
        counts: of the unit, for what is left out.
    """

    def __init__(self, periods: Iterable[Period], existing: Existing, counts: RowCounts) -> None:
        self._bounds = [_bounds_of(period) for period in periods]
        self._existing = existing
        self._is_flat = False  # a CSV row has all rows of a call, which was given a 1-D array
        self._takes_all = _bounds_of(ALWAYS) in self._bounds and not existing
        self._prefix = b""
        self._counts = counts

    def begin_file(self, correlation_prefix: bytes) -> None:
        """Take the next batches for those of another file, whose rows without an id begin so."""
        self._prefix = correlation_prefix
        self._is_flat = False

    def of(self, batch: RowBatch) -> RowBatch:
        """Return the rows that are wanted; rejected ones are kept, to be told."""
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
