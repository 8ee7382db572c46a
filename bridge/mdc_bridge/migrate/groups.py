"""Rows gathered by correlation id, and each id's rows written as one line.

Rows of one call stand together in the files, so that a line is complete when another id begins.
Ids that come again later are found out by their hashes; the unit is then done once more, with
their rows put aside until its end (see `scattered`).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import dataclass
from itertools import compress, islice
from operator import ne
from typing import Optional

import numpy

from ..archive.records import Reject
from .blocks import Block
from .hour_files import HourFiles
from .line_maker import LineMaker
from .scattered import ScatteredRow, ScatteredRows

_AFTER_REJECT = (
    "follows a rejected row of its correlation id, whose rows are counted from the first"
)


@dataclass
class Counts:
    """What became of a unit's rows.

    Attributes:
        rows: CSV rows that are in the lines.
        rejected: CSV rows that are not.
        lines: JSONL lines.
        without_correlation: rows whose id is made of their place.
        cut: lines that end before their id does, because its rows are too many for one.
    """

    rows: int = 0
    rejected: int = 0
    lines: int = 0
    without_correlation: int = 0
    cut: int = 0


class Groups:
    """Makes lines of blocks.

    Args:
        make_line: of the collection.
        files: where the lines go.
        longest: bytes of rows in one line, beyond which it is cut.
        scattered: where rows go whose id is one of `again`.
        again: hashes of the ids that do not stand together.
    """

    def __init__(
        self,
        make_line: LineMaker,
        files: HourFiles,
        longest: int,
        scattered: ScatteredRows,
        again: Collection[int] = (),
    ) -> None:
        self.counts = Counts()
        self.rejects: list[tuple[str, Reject]] = []
        self._make_line = make_line
        self._files = files
        self._longest = longest
        self._scattered = scattered
        self._again = frozenset(again)
        self._hashes = array("q")
        self._path = ""
        self._event_prefix = b""
        self._open: Optional[ScatteredRow] = None
        self._rows: list[bytes] = []
        self._size = 0
        self._is_continued = False
        self._refused_id = b""

    def begin_file(self, path: str, event_prefix: bytes) -> None:
        """Take the next blocks for those of another file."""
        self.end_file()
        self._path = path
        self._event_prefix = event_prefix

    def add(self, block: Block) -> None:
        """Take the next block of the file."""
        if block.rejects:
            block = self._without_rejects(block)
        ids = block.ids
        rows = len(ids)
        self.counts.rows += rows
        self.counts.without_correlation += block.without_correlation
        if not rows:
            return
        starts = [0, *compress(range(1, rows), map(ne, ids, islice(ids, 1, None)))]
        if self._again:
            self._put_aside(block, starts)
        elif len(starts) == 1:
            self._extend(block, 0, rows)
        else:
            self._extend(block, 0, starts[1])
            self._close()
            self._write_whole(block, starts[1:])
            self._extend(block, starts[-1], rows)
        self._files.flush()

    def end_file(self) -> None:
        """Write what waits for more rows of its id."""
        self._close()
        self._refused_id = b""
        self._files.flush()

    def ids_again(self) -> set[int]:
        """Return hashes of ids whose rows do not stand together."""
        hashes = numpy.frombuffer(self._hashes.tobytes(), dtype=numpy.int64)
        values, times = numpy.unique(hashes, return_counts=True)
        return set(values[times > 1].tolist()) if len(values) < len(self._hashes) else set()

    def write_scattered(self) -> None:
        """Write the lines of the rows that were put aside."""
        for rows in self._scattered.by_id():
            for row in rows:
                self._event_prefix = row.event_prefix
                self._extend(row.as_block(), 0, 1)
        self.end_file()

    def _put_aside(self, block: Block, starts: list[int]) -> None:
        """Put rows of scattered ids aside, and go on with the others."""
        for start, stop in zip(starts, [*starts[1:], len(block.ids)]):
            if hash(block.ids[start]) not in self._again:
                self._extend(block, start, stop)
                continue
            for at in range(start, stop):
                self._scattered.add(ScatteredRow.of_block(block, at, self._event_prefix))

    def _write_whole(self, block: Block, starts: list[int]) -> None:
        """Write the lines of all ids that begin at `starts` but the last, which may go on."""
        rows, ids = block.rows, block.ids
        lines, times, requests, versions = block.lines, block.times, block.requests, block.versions
        self._hashes.extend([hash(ids[start]) for start in starts[:-1]])
        make_line, add, prefix = self._make_line, self._files.add, self._event_prefix
        for start, stop in zip(starts, starts[1:]):
            data = rows[start] if stop == start + 1 else b",".join(rows[start:stop])
            event_id = b"%s%012x" % (prefix, lines[start])
            time = times[start]
            add(
                time[:13],
                make_line(event_id, time, data, ids[start], requests[start], versions[start]),
            )
        self.counts.lines += len(starts) - 1

    def _extend(self, block: Block, start: int, stop: int) -> None:
        """Add rows to the id that is open, or open theirs."""
        rows = block.rows[start:stop]
        is_cut = self._size > self._longest
        if self._open is None or block.ids[start] != self._open.id or is_cut:
            self._close(is_cut and self._open is not None and self._open.id == block.ids[start])
            self._open = ScatteredRow.of_block(block, start, self._event_prefix)
        self._rows += rows
        self._size += sum(map(len, rows))

    def _close(self, is_cut: bool = False) -> None:
        """Write the line of the id that is open."""
        first = self._open
        if first is None:
            return
        if not self._is_continued:
            self._hashes.append(hash(first.id))
        line = self._make_line(
            b"%s%012x" % (first.event_prefix, first.line),
            first.time,
            b",".join(self._rows),
            first.id,
            first.request,
            first.version,
        )
        self._files.add(first.time[:13], line)
        self.counts.lines += 1
        self.counts.cut += is_cut
        self._is_continued = is_cut
        self._open, self._rows, self._size = None, [], 0

    def _without_rejects(self, block: Block) -> Block:
        """Return a block without the rows that are none, and without those they make doubtful.

        Outputs are joined to inputs by the number of their row: a row that is missing in the
        middle would shift all that follow.
        """
        kept: list[int] = []
        for at, line in enumerate(block.lines):
            refused = block.rejects.get(at)
            identifier = block.ids[at]
            if refused is not None:
                # Where its own id is not readable, it is taken to go on with the row before.
                self._refused_id = identifier or self._id_before(block, kept)
            elif identifier == self._refused_id:
                refused = Reject(line, _AFTER_REJECT, block.rows[at].decode("utf-8", "replace"))
            if refused is None:
                kept.append(at)
            else:
                self.rejects.append((self._path, refused))
                self.counts.rejected += 1
        return Block(
            [block.lines[at] for at in kept],
            [block.rows[at] for at in kept],
            [block.ids[at] for at in kept],
            [block.times[at] for at in kept],
            [block.requests[at] for at in kept],
            [block.versions[at] for at in kept],
        )

    def _id_before(self, block: Block, kept: list[int]) -> bytes:
        if kept:
            return block.ids[kept[-1]]
        return b"" if self._open is None else self._open.id
