"""The data of JSONL lines: rows of one schema encoded together, large ones stored by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Callable, Iterable, Tuple

from ..data.events import Event, RawFile
from ..data.schema import Schema
from ..data.table import Table
from .cells import text_json
from .jsonl import CHUNK_CELLS, encode_chunks, encode_tables
from .records import Record

PutRaw = Callable[[str, Iterable[bytes]], RawFile]
# What a line says of its data, or where they are, and how many bytes they have.
LineData = Tuple[Tuple[bytes, ...], int]
# Records that are encoded at once: a call may have one for each of 10,000 rows.
TOGETHER = 64


def encoded_data(
    records: Sequence[Record],
    put_raw: PutRaw,
    max_data_bytes: float,
    breathe: Callable[[], None],
) -> list[LineData]:
    """Return the data of the line of each record; see `encode_records`."""
    data: list[LineData] = [((), 0)] * len(records)
    for group in _groups(records):
        table, event = records[group[0]]
        if len(group) == 1 and len(table.names) * table.rows > CHUNK_CELLS:
            data[group[0]] = _large_data(table, event, put_raw, max_data_bytes, breathe)
            continue
        encoded = encode_tables([records[at][0] for at in group], breathe)
        breathe()
        for at, rows in zip(group, encoded):
            size = len(rows)
            if size > max_data_bytes:
                data[at] = _stored_data(records[at][1], [rows], put_raw)
                breathe()
            else:
                data[at] = ((b',"data":', rows), size)
    return data


def _groups(records: Sequence[Record]) -> Iterator[list[int]]:
    """Yield positions of a few records to encode together: one schema, `CHUNK_CELLS` cells."""
    # First by the schema's address: its hash is that of all its names, 1 us.
    same: dict[int, list[int]] = defaultdict(list)
    for at, (table, _) in enumerate(records):
        same[id(table.schema)].append(at)
    equal: dict[Schema, list[int]] = defaultdict(list)
    for positions in same.values():
        equal[records[positions[0]][0].schema] += positions
    for schema, positions in equal.items():
        width = len(schema.names)
        group: list[int] = []
        cells = 0
        for at in positions:
            size = width * records[at][0].rows
            cells += size
            if group and (cells > CHUNK_CELLS or len(group) == TOGETHER):
                yield group
                group, cells = [], size
            group.append(at)
        yield group


def _large_data(
    table: Table,
    event: Event,
    put_raw: PutRaw,
    max_data_bytes: float,
    breathe: Callable[[], None],
) -> LineData:
    """Return the data of a table that is encoded in chunks, so that memory stays bounded."""
    chunks = encode_chunks(table, breathe)
    head: list[bytes] = []
    size = 0
    for chunk in chunks:
        head.append(chunk)
        size += len(chunk)
        if size > max_data_bytes:
            return _stored_data(event, chain(head, chunks), put_raw)
    return (b',"data":', *head), size


def _stored_data(event: Event, chunks: Iterable[bytes], put_raw: PutRaw) -> LineData:
    assert event.stream is not None
    raw = put_raw(event.stream.raw_folder(event.time_us), chunks)
    return (b',"dataref":', text_json(raw.url)), raw.size
