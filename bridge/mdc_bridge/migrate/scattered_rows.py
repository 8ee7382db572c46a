"""Rows of correlation ids that do not stand together, put aside on disk until they do."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Optional

from ..archive.raw_rows import Reject
from .row_batches import RowBatch

# A fixed number: the order of the lines depends on it.
_PARTS = 64
# What a row takes in memory beside its texts.
_ROW_BYTES = 512


class ScatteredRow(NamedTuple):
    """One row; the first fields are those of `RowBatch`.

    Attributes:
        file: number of its file in the unit.
        reject: why it is none, if it is none.
    """

    id: bytes
    row: bytes
    line: int
    time: bytes
    request: bytes
    version: bytes
    file: int
    reject: Optional[Reject] = None

    @classmethod
    def of_batch(cls, batch: RowBatch, at: int, file: int) -> ScatteredRow:
        """Return one row of a batch."""
        return cls(
            batch.ids[at],
            batch.rows[at],
            batch.lines[at],
            batch.times[at],
            batch.requests[at],
            batch.versions[at],
            file,
            batch.rejects.get(at),
        )

    def as_batch(self) -> RowBatch:
        """Return the row as a batch of its own."""
        return RowBatch(
            [self.line], [self.row], [self.id], [self.time], [self.request], [self.version]
        )


class ScatteredRows:
    """The rows that were put aside.

    Args:
        folder: an empty local folder for them, made when the first one comes.
        most: bytes of rows in memory; the rows of one id may take more.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._parts: dict[int, BinaryIO] = {}

    def add(self, row: ScatteredRow) -> None:
        """Put a row aside."""
        part = zlib.crc32(row.id) % _PARTS
        if part not in self._parts:
            self._folder.mkdir(exist_ok=True)
            self._parts[part] = open(self._folder / str(part), "w+b")  # noqa: SIM115  # kept open
        # Plain values: named tuples would name their classes in every row.
        reject = None if row.reject is None else tuple(row.reject)
        pickle.dump((reject, *row[:-1]), self._parts[part], pickle.HIGHEST_PROTOCOL)

    def by_id(self) -> Iterator[ScatteredRow]:
        """Yield the rows of each id together, in the order in which they came, and forget them."""
        for part in sorted(self._parts):
            with closing(self._parts.pop(part)) as stream:
                for ids in self._batches(stream):
                    chosen = (row for row in _unpickled(stream) if row.id in ids)
                    # The one id of a batch may have more rows than memory holds.
                    yield from chosen if len(ids) == 1 else sorted(chosen, key=lambda r: ids[r.id])

    def close(self) -> None:
        """Forget what was not asked for."""
        while self._parts:
            with suppress(OSError):
                self._parts.popitem()[1].close()

    def _batches(self, stream: BinaryIO) -> Iterator[dict[bytes, int]]:
        """Yield ids whose rows are in memory together, each with its rank."""
        sizes: dict[bytes, int] = {}
        for row in _unpickled(stream):
            sizes[row.id] = sizes.get(row.id, 0) + len(row.row) + _ROW_BYTES
        batch: dict[bytes, int] = {}
        total = 0
        for identifier, size in sizes.items():
            if batch and total + size > self._most:
                yield batch
                batch, total = {}, 0
            batch[identifier] = len(batch)
            total += size
        if batch:
            yield batch


def _unpickled(stream: BinaryIO) -> Iterator[ScatteredRow]:
    stream.seek(0)
    while True:
        try:
            reject, *fields = pickle.load(stream)
        except EOFError:
            return
        yield ScatteredRow._make((*fields, None if reject is None else Reject(*reject)))
