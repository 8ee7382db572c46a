"""Chunks of a CSV file as batches: rows as JSON beside what their correlation cells say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

from mdc_core.data.correlation_columns import BOUNDARY_TEXTS, UUID

from ..archive.chunks import CsvChunk
from ..archive.identity import correlation_prefix
from ..archive.places import ArchiveFile
from ..archive.raw_rows import Reject, is_utf8, reject
from ..archive.regular import split_regular
from ..archive.rows import NO_CORRELATION, RowReader, Shape, ShapedRow
from .correlation_cells import CorrelationCells, CorrelationReader, inner_json
from .plan import DatasetPlan
from .row_json import RowEncoder

_BOUNDARY = "|".join(map(re.escape, sorted(BOUNDARY_TEXTS)))
_ID_IN_TEXT = re.compile(rf'(?:^|,)"?([^",\n]*{UUID})"?,[^,\n]*,(?:{_BOUNDARY}),')
# Stand between cells while these are encoded together; no CSV file holds the first of them.
_SEPARATORS = ("\0", "\x1f", "\x1e")


@dataclass
class RowBatch:
    """Rows of a chunk, in their order; the lists are as long as there are rows.

    Attributes:
        lines: numbers of the lines on which they begin.
        rows: as JSON.
        ids, times, requests, versions: as in `CorrelationCells`.
        rejects: those that are none, by row number; their other entries mean nothing.
        without_correlation: number of rows whose id is made of their place.
        infinities: number of cells that hold one and became null, by row number.
    """

    lines: Sequence[int]
    rows: list[bytes]
    ids: Sequence[bytes]
    times: Sequence[bytes]
    requests: Sequence[bytes]
    versions: Sequence[bytes]
    rejects: dict[int, Reject] = field(default_factory=dict)
    without_correlation: int = 0
    infinities: Mapping[int, int] = field(default_factory=dict)

    def of_rows(self, places: Sequence[int]) -> RowBatch:
        """Return a batch of some of the rows, counted as none."""
        return RowBatch(
            [self.lines[at] for at in places],
            [self.rows[at] for at in places],
            [self.ids[at] for at in places],
            [self.times[at] for at in places],
            [self.requests[at] for at in places],
            [self.versions[at] for at in places],
            {new: self.rejects[at] for new, at in enumerate(places) if at in self.rejects},
            infinities={
                new: self.infinities[at] for new, at in enumerate(places) if at in self.infinities
            },
        )


class BatchReader:
    """Reads the batches of one file.

    Args:
        dataset: the plan of its dataset.
        file: of the archive.

    Attributes:
        correlation_prefix: of the ids of rows that carry none.
    """

    def __init__(self, dataset: DatasetPlan, file: ArchiveFile) -> None:
        self.correlation_prefix = correlation_prefix(file.place).encode()
        self._reader = RowReader(dataset.header, dataset.names, dataset.under_one_name)
        self._correlations = CorrelationReader(dataset.time_zone, file.folder.version)
        # For rows that carry none.
        self._time = self._correlations.of_folder(file.folder.date)
        self._version = inner_json(file.folder.version.encode())
        self._types = dataset.columns
        self._encoders: dict[Shape, RowEncoder] = {}

    def read(self, chunk: CsvChunk) -> RowBatch:
        """Return the rows of the next chunk."""
        return self._read_regular(chunk) or self._read_irregular(chunk)

    def _read_regular(self, chunk: CsvChunk) -> Optional[RowBatch]:
        regular = regular_columns(self._reader, chunk)
        if regular is None:
            return None
        shape, columns = regular
        count = len(columns[0])
        lines = range(chunk.first_line, chunk.first_line + count)
        correlations = self._read_correlations(shape, columns[shape.width :], lines)
        if correlations is None:
            return None
        encoded = self._encoder(shape).encode(columns[: shape.width], count)
        batch = RowBatch(lines, encoded.rows, *correlations, infinities=encoded.infinities)
        for row, reason in encoded.faults.items():
            content = b",".join([column[row] for column in columns])
            batch.rejects[row] = reject(lines[row], reason, content)
        if not shape.is_correlated:
            batch.without_correlation = count - len(batch.rejects)
        return batch

    def _read_irregular(self, chunk: CsvChunk) -> RowBatch:
        entries = self._reader.read(chunk)
        count = len(entries)
        nothing = [b""] * count
        batch = RowBatch(
            [entry.line for entry in entries],
            nothing,
            [*nothing],
            [*nothing],
            [*nothing],
            [*nothing],
        )
        # By identity: a shape's hash is that of all its names.
        buckets: dict[int, tuple[list[int], list[ShapedRow]]] = defaultdict(lambda: ([], []))
        for at, entry in enumerate(entries):
            if isinstance(entry, Reject):
                batch.rejects[at] = entry
                batch.ids[at] = _id_in(entry.text)  # type: ignore[index]  # lists here
            else:
                places, rows = buckets[id(entry.shape)]
                places.append(at)
                rows.append(entry)
        for places, rows in buckets.values():
            self._read_bucket(batch, places, rows)
        return batch

    def _read_bucket(self, batch: RowBatch, places: list[int], rows: list[ShapedRow]) -> None:
        """Read rows of one shape."""
        shape = rows[0].shape
        lines = [row.line for row in rows]
        columns = _as_bytes(rows)
        correlations = self._read_correlations(shape, columns[shape.width :], lines)
        if correlations is None:
            self._read_singly(batch, places, rows)
            return
        encoded = self._encoder(shape).encode(columns[: shape.width], len(rows))
        batch.infinities = {
            **batch.infinities,
            **{places[row]: cells for row, cells in encoded.infinities.items()},
        }
        entries = zip(places, encoded.rows, *correlations)
        for at, row, identifier, time, request, version in entries:
            batch.rows[at] = row
            batch.ids[at], batch.times[at] = identifier, time  # type: ignore[index]
            batch.requests[at], batch.versions[at] = request, version  # type: ignore[index]
        for row_number, reason in encoded.faults.items():
            self._refuse(batch, places[row_number], rows[row_number], reason)
        if not shape.is_correlated:
            batch.without_correlation += len(rows) - len(encoded.faults)

    def _read_singly(self, batch: RowBatch, places: list[int], rows: list[ShapedRow]) -> None:
        """Read rows of which at least one is not a correlation, each by itself."""
        if len(rows) == 1:
            self._refuse(batch, places[0], rows[0], NO_CORRELATION)
            return
        for at, row in zip(places, rows):
            self._read_bucket(batch, [at], [row])

    def _refuse(self, batch: RowBatch, at: int, row: ShapedRow, reason: str) -> None:
        content = ",".join(row.cells + row.tail).encode("utf-8", "surrogateescape")
        batch.rejects[at] = reject(row.line, reason, content)

    def _read_correlations(
        self, shape: Shape, columns: Sequence[list[bytes]], lines: Sequence[int]
    ) -> Optional[CorrelationCells]:
        if shape.is_correlated:
            return self._correlations.read(columns)
        ids = [b"%s%012x" % (self.correlation_prefix, line) for line in lines]
        return CorrelationCells(ids, [self._time] * len(ids), ids, [self._version] * len(ids))

    def _encoder(self, shape: Shape) -> RowEncoder:
        encoder = self._encoders.get(shape)
        if encoder is None:
            encoder = self._encoders[shape] = RowEncoder(shape, self._types)
        return encoder


def regular_columns(
    reader: RowReader, chunk: CsvChunk
) -> Optional[tuple[Shape, Sequence[list[bytes]]]]:
    """Return the shape of all rows of a chunk, and their cells by column; None for other chunks."""
    shape = reader.shape_of_all(chunk)
    if shape is None:
        return None
    columns = split_regular(chunk.content, shape.width + 8 * shape.is_correlated)
    if columns is None or not is_utf8(chunk.content) or not reader.may_all_be(shape, columns):
        return None
    return shape, columns


def _id_in(text: str) -> bytes:
    """Return the last correlation id in a row that is not readable, empty without any."""
    found = _ID_IN_TEXT.findall(text)
    return inner_json(found[-1].encode()) if found else b""


def _as_bytes(rows: Sequence[ShapedRow]) -> list[list[bytes]]:
    """Return the cells and correlations of rows, all equally long, as columns of UTF-8."""
    width = len(rows[0].cells) + len(rows[0].tail)
    cells: list[str] = []
    for row in rows:
        cells += row.cells
        cells += row.tail
    for separator in _SEPARATORS:
        encoded = separator.join(cells).encode().split(separator.encode()) if cells else []
        if len(encoded) == len(cells):
            break
    else:
        encoded = [cell.encode() for cell in cells]
    return [encoded[column::width] for column in range(width)]
