"""Records as JSONL lines: the envelope of the documents around rows encoded in groups.

Source of the fields: "Collect production data from models for real-time inferencing", section
"Store collected data in Blob Storage"; lines that the real collector wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from ..data.events import RawFile
from ..ids import new_uuid
from ..layouts import utc
from .cells import text_json
from .jsonl import CHUNK_CELLS, encode_chunks, encode_tables, schema_of
from .records import Record

MAX_DATA_BYTES = 4 * 1024 * 1024

_RESERVED = frozenset(
    {
        "agent",
        "collectdatatype",
        "contentrange",
        "correlationid",
        "data",
        "datacontenttype",
        "dataref",
        "id",
        "modelversion",
        "source",
        "specversion",
        "time",
        "type",
        "xrequestid",
    }
)


PutRaw = Callable[[str, Iterable[bytes]], RawFile]


class Line(NamedTuple):
    """One line, with its line feed, and the folder it belongs to."""

    folder: str
    content: bytes


def encode_records(records: Sequence[Record], put_raw: PutRaw) -> list[Line]:
    """Return the lines of records, in their order.

    Args:
        records: in any mixture of schemas; those of one schema are encoded together.
        put_raw: stores the data of an event over 4 MB in a folder and returns where they are.
    """
    lines: list[Line] = [Line("", b"")] * len(records)
    for group in _groups(records):
        if len(group) == 1 and _cells(records[group[0]]) > CHUNK_CELLS:
            lines[group[0]] = _large_line(records[group[0]], put_raw)
            continue
        for at, data in zip(group, encode_tables([records[at].table for at in group])):
            record = records[at]
            if len(data) > MAX_DATA_BYTES:
                lines[at] = _line_of_raw(record, [data], put_raw)
            else:
                lines[at] = _line(record, b'"data":' + data, len(data))
    return lines


def time_text(time_us: int) -> str:
    """Return a time as in `2022-12-01T08:51:30Z`, with its microseconds where there are any."""
    return utc(time_us).replace(tzinfo=None).isoformat() + "Z"


def _groups(records: Sequence[Record]) -> Iterator[list[int]]:
    """Yield positions of records to encode together: one schema, at most `CHUNK_CELLS` cells."""
    waiting: dict[tuple[object, ...], list[int]] = {}
    cells: dict[tuple[object, ...], int] = {}
    for at, record in enumerate(records):
        schema = schema_of(record.table)
        size = _cells(record)
        if schema in waiting and cells[schema] + size > CHUNK_CELLS:
            yield waiting.pop(schema)
        group = waiting.setdefault(schema, [])
        cells[schema] = size + (cells[schema] if group else 0)
        group.append(at)
    yield from waiting.values()


def _cells(record: Record) -> int:
    return len(record.table.names) * record.table.rows


def _large_line(record: Record, put_raw: PutRaw) -> Line:
    """Return the line of a table that is encoded in chunks, so that memory stays bounded."""
    chunks = encode_chunks(record.table)
    head: list[bytes] = []
    size = 0
    for chunk in chunks:
        head.append(chunk)
        size += len(chunk)
        if size > MAX_DATA_BYTES:
            return _line_of_raw(record, chain(head, chunks), put_raw)
    return _line(record, b'"data":' + b"".join(head), size)


def _line_of_raw(record: Record, chunks: Iterable[bytes], put_raw: PutRaw) -> Line:
    raw = put_raw(record.stream.raw_folder(record.time_us), chunks)
    return _line(record, b'"dataref":' + text_json(raw.url), raw.size)


def _line(record: Record, data: bytes, size: int) -> Line:
    correlation = text_json(record.correlation_id)
    request = text_json(record.request_id) if record.request_id else correlation
    content = b'%s"id":"%s","time":"%s",%s,"contentrange":"bytes 0-%d/%d",%s}\n' % (
        record.stream.head,
        new_uuid().encode(),
        time_text(record.time_us).encode(),
        data,
        size - 1,
        size,
        b'"correlationid":%s,"xrequestid":%s,"modelversion":%s%s'
        % (
            correlation,
            request,
            text_json(record.model_version),
            _attributes(record.event.headers) if record.event.headers else b"",
        ),
    )
    return Line(record.stream.folder(record.time_us), content)


def _attributes(headers: Mapping[Any, Any]) -> bytes:
    """Return a context's headers as attributes of the line, named as CloudEvents names them.

    The collector receives them as `ce-{key}`; attribute names are lower-case letters and digits.
    """
    attributes: dict[str, str] = {}
    for key, value in headers.items():
        name = "".join(character for character in str(key).lower() if character.isalnum())
        if name and name not in _RESERVED:
            attributes.setdefault(name, str(value))
    return b"".join(
        b"," + text_json(name) + b":" + text_json(value) for name, value in attributes.items()
    )
