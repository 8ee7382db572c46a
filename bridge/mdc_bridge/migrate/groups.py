"""Rows gathered by correlation id, and each id's rows written as one line.

Rows of one call stand together in the files, so that a line is complete when another id begins.
Ids that come again later are found out by their hashes; the unit is then done once more, with
their rows put aside until its end (see `scattered`).

Outputs are joined to inputs by the number of their row. A row that is missing in the middle would
shift those that follow: after a rejected row, the others of its id are rejected too.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import compress, islice
from operator import ne
from typing import Optional

import numpy
from numpy.typing import NDArray

from ..archive.raw_rows import Reject
from .line_maker import LineMaker
from .local_files import HourFiles, Rejects
from .row_batches import RowBatch
from .row_counts import RowCounts
from .scattered_rows import ScatteredRow, ScatteredRows

AFTER_REJECT = "follows a rejected row of the same correlation id, so its position would be wrong"
NO_HASHES: NDArray[numpy.int64] = numpy.empty(0, numpy.int64)


class Groups:
    """Makes lines of batches.

    Args:
        make_lines: of the collection.
        files: where the lines go.
        rejects: where rows go that are in none.
        scattered: where rows go whose id is one of `again`.
        longest: bytes of rows in one line, beyond which it is cut.
        again: sorted hashes of the ids that do not stand together.
    """

    def __init__(
        self,
        make_lines: LineMaker,
        files: HourFiles,
        rejects: Rejects,
        scattered: ScatteredRows,
        longest: int,
        again: NDArray[numpy.int64] = NO_HASHES,
    ) -> None:
        self.counts = RowCounts(reasons=rejects.reasons)
        self._make_lines = make_lines
        self._files = files
        self._rejects = rejects
        self._scattered = scattered
        self._longest = longest
        self._again = again
        self._hashes = array("q")
        # Path and prefix of the event ids of each file.
        self._sources: list[tuple[str, bytes]] = []
        self._file = -1
        self._last_id = b""
        self._refused_id = b""
        self._open: Optional[ScatteredRow] = None
        self._rows: list[bytes] = []
        self._size = 0
        self._is_continued = False

    def begin_file(self, path: str, event_prefix: bytes) -> None:
        """Take the next batches for those of another file."""
        self.end_file()
        self._sources.append((path, event_prefix))
        self._file += 1

    def add(self, batch: RowBatch) -> None:
        """Take the next batch of the file."""
        self.counts.without_correlation += batch.without_correlation
        self.counts.infinities += sum(
            cells for at, cells in batch.infinities.items() if at not in batch.rejects
        )
        if batch.rejects:
            self._name_rejects(batch)
        if batch.ids:
            self._last_id = batch.ids[-1]
        if len(self._again):
            batch = self._put_aside(batch)
        if batch.rejects or (batch.ids and batch.ids[0] == self._refused_id):
            batch = self._without_rejects(batch)
        elif batch.ids:
            self._refused_id = b""
        ids = batch.ids
        rows = len(ids)
        if not rows:
            return
        starts = [0, *compress(range(1, rows), map(ne, ids, islice(ids, 1, None)))]
        if len(starts) == 1:
            self._extend(batch, 0, rows)
        else:
            self._extend(batch, 0, starts[1])
            self._close()
            if len(starts) > 2:
                self.counts.rows += starts[-1] - starts[1]
                self._write_whole(batch, starts[1:])
            self._extend(batch, starts[-1], rows)
        self._files.flush()

    def end_file(self) -> None:
        """Write what waits for more rows of its id."""
        self._close()
        self._last_id = self._refused_id = b""
        self._files.flush()

    def scattered_ids(self) -> NDArray[numpy.int64]:
        """Return sorted hashes of ids whose rows do not stand together."""
        hashes = numpy.array(self._hashes, numpy.int64)
        hashes.sort()
        return numpy.unique(hashes[1:][hashes[1:] == hashes[:-1]])

    def write_scattered(self) -> None:
        """Write the lines of the rows that were put aside."""
        for row in self._scattered.by_id():
            self._file = row.file
            batch = row.as_batch()
            if row.reject is None and row.id != self._refused_id:
                self._extend(batch, 0, 1)
            else:
                self._refuse(batch, 0, row.reject)
        self.end_file()

    def _put_aside(self, batch: RowBatch) -> RowBatch:
        """Put rows of scattered ids aside, and return a batch of the others."""
        hashes = numpy.fromiter(map(hash, batch.ids), numpy.int64, len(batch.ids))
        places = numpy.searchsorted(self._again, hashes).clip(max=len(self._again) - 1)
        is_scattered = self._again[places] == hashes
        if not is_scattered.any():
            return batch
        for at in numpy.flatnonzero(is_scattered).tolist():
            self._scattered.add(ScatteredRow.of_batch(batch, at, self._file))
        return batch.of_rows(numpy.flatnonzero(~is_scattered).tolist())

    def _write_whole(self, batch: RowBatch, starts: list[int]) -> None:
        """Write the lines of all ids that begin at `starts` but the last, which may go on."""
        self.counts.other_times += _other_times(batch.times, starts)
        self.counts.lines += len(starts) - 1
        firsts = starts[:-1]
        rows, prefix = batch.rows, self._sources[self._file][1]
        ids = [batch.ids[at] for at in firsts]
        self._hashes.extend(map(hash, ids))
        columns = (
            [b"%s%012x" % (prefix, batch.lines[at]) for at in firsts],
            [batch.times[at] for at in firsts],
            [
                rows[start] if stop == start + 1 else b",".join(rows[start:stop])
                for start, stop in zip(firsts, starts[1:])
            ],
            ids,
            [batch.requests[at] for at in firsts],
            [batch.versions[at] for at in firsts],
        )
        hours = [time[:13] for time in columns[1]]
        # Where the lines of another file begin.
        new = [0, *compress(range(1, len(hours)), map(ne, hours, islice(hours, 1, None)))]
        for start, stop in zip(new, (*new[1:], len(hours))):
            of_hour = columns if len(new) == 1 else [column[start:stop] for column in columns]
            self._files.add(hours[start], self._make_lines(*of_hour))

    def _extend(self, batch: RowBatch, start: int, stop: int) -> None:
        """Add rows to the id that is open, or open theirs."""
        rows = batch.rows[start:stop]
        is_cut = self._size > self._longest
        if self._open is None or batch.ids[start] != self._open.id or is_cut:
            self._close(is_cut and self._open is not None and self._open.id == batch.ids[start])
            self._open = ScatteredRow.of_batch(batch, start, self._file)
        time = self._open.time
        self.counts.other_times += sum(each != time for each in batch.times[start:stop])
        self._rows += rows
        self._size += sum(map(len, rows))

    def _close(self, is_cut: bool = False) -> None:
        """Write the line of the id that is open."""
        first = self._open
        if first is None:
            return
        if not self._is_continued:
            self._hashes.append(hash(first.id))
        line = self._make_lines(
            [b"%s%012x" % (self._sources[first.file][1], first.line)],
            [first.time],
            [b",".join(self._rows)],
            [first.id],
            [first.request],
            [first.version],
        )
        self._files.add(first.time[:13], line)
        self.counts.rows += len(self._rows)
        self.counts.lines += 1
        self.counts.cut += is_cut
        self._is_continued = is_cut
        self._open, self._rows, self._size = None, [], 0

    def _name_rejects(self, batch: RowBatch) -> None:
        """Give rejected rows whose id is not readable that of the row before."""
        ids = list(batch.ids)
        for at in sorted(batch.rejects):
            ids[at] = ids[at] or (ids[at - 1] if at else self._last_id)
        batch.ids = ids

    def _without_rejects(self, batch: RowBatch) -> RowBatch:
        """Return a batch without the rows that are none, and without those they make doubtful."""
        kept: list[int] = []
        last_kept = b"" if self._open is None else self._open.id
        for at, identifier in enumerate(batch.ids):
            if at in batch.rejects or identifier == self._refused_id:
                if identifier not in (last_kept, self._refused_id):
                    self._hashes.append(hash(identifier))
                self._refuse(batch, at, batch.rejects.get(at))
                continue
            kept.append(at)
            last_kept, self._refused_id = identifier, b""
        return batch.of_rows(kept)

    def _refuse(self, batch: RowBatch, at: int, reject: Optional[Reject]) -> None:
        if reject is None:
            content = batch.rows[at].decode("utf-8", "replace")
            reject = Reject(batch.lines[at], AFTER_REJECT, content)
        self._refused_id = batch.ids[at]
        self._rejects.add(self._sources[self._file][0], reject)
        self.counts.rejected += 1


def _other_times(times: Sequence[bytes], starts: list[int]) -> int:
    """Return how many rows have another time than the first of their id, up to the last start."""
    first, end = starts[0], starts[-1]
    changes = map(ne, islice(times, first, end), islice(times, first + 1, end))
    # Mostly times change where ids do, which is found out without a look at each row.
    if set(starts).issuperset(compress(range(first + 1, end), changes)):
        return 0
    return sum(
        times[at] != times[start]
        for start, stop in zip(starts, starts[1:])
        for at in range(start + 1, stop)
    )
