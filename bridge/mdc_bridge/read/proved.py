"""Lines that pyarrow parses many at once, and the proof that one by one gives the same.

A chunk of whole lines is regular when each line holds one object with its time and rows of plain
values, and each number is exact in a column of its type. The proof: `}`, a line's end and `{` can
stand between two objects of a file and never within one, so if there are as many of these as
objects, each line holds one. pyarrow refuses everything else that is not JSON, and names that come
twice. The rest is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

import numpy
import orjson
import pyarrow
import pyarrow.compute
import pyarrow.json

from ..collected.period import ALWAYS, Period
from .line_fields import RowObjects, is_kept, row_objects, texts_of, times_of

_READ_BYTES = 1024 * 1024
_REFERENCES = {"dataref", "datainblob"}
# Plain texts at the beginning of a line, except those that are used.
_USED = b"time|data|dataref|datainblob|correlationid|xrequestid|modelversion"
_TEXT = rb'"[^"\\\x00-\x1f]*"'
_HEAD = re.compile(rb'\{(?: *(?!"(?:%b)")%b *: *%b *,)+' % (_USED, _TEXT, _TEXT))


class Proved(NamedTuple):
    """Lines that are regular.

    Attributes:
        schema: that they were parsed with.
        times: of the lines, in microseconds, as numpy's.
        ids, requests, versions: of the lines, as texts.
        rows: their objects.
        names, cells: of the columns of rows.
        earliest: the line of the first time, from 0.
        fields, ordered: names of that line's fields, and of its row's columns, in their order.
    """

    schema: Any
    times: Any
    ids: Any
    requests: Any
    versions: Any
    rows: RowObjects
    names: list[str]
    cells: list[Any]
    earliest: int
    fields: list[str]
    ordered: list[str]


def proved(content: bytes, guess: Any, period: Period) -> Optional[Proved]:
    """Return whole lines parsed; None where they are not regular.

    Args:
        content: the lines.
        guess: the schema that they are likely to have; None for none.
        period: that the lines lie in, all of them.
    """
    ends = _line_ends(content)
    if ends is None:
        return None
    for table in _tables(content, ends, guess):
        found = _proved(table, content, ends, period)
        if found is not None:
            return found
    return None


def _tables(content: bytes, ends: Any, guess: Any) -> Iterator[Any]:
    """Yield what is read with one schema or another, the likeliest first."""
    content = _without_head(content, ends)
    if guess is not None:
        table = _parsed(content, guess, "error")
        if table is not None:
            yield table
    texts = _names_of_texts(content[: content.index(b"\n")])
    if texts is None:
        return
    table = _parsed(content, _schema(*texts), "infer")
    if table is None:
        return
    dated = _dated(table)
    if dated:
        table = _parsed(content, _schema(texts[0], [*texts[1], *dated]), "infer")
    if table is not None:
        yield table


def _proved(table: Any, content: bytes, ends: Any, period: Period) -> Optional[Proved]:
    """Return what was read, unless reading lines one by one gives others."""
    schema = table.schema
    times = times_of(table)
    rows = row_objects(table)
    ids, requests, versions = (
        texts_of(table, name) for name in ("correlationid", "xrequestid", "modelversion")
    )
    if rows is None or any(each is None for each in (times, ids, requests, versions)):
        return None
    if not _REFERENCES.isdisjoint(schema.names) or table.num_rows != len(ends):
        return None
    if period is not ALWAYS and not period.covers(int(times.min()), int(times.max()) + 1):
        return None
    cells = rows.objects.flatten()
    names = [field.name for field in rows.objects.type]
    if not all(map(is_kept, cells)):
        return None
    earliest = int(times.argmin())
    start = int(ends[earliest - 1]) + 1 if earliest else 0
    event = orjson.loads(content[start : int(ends[earliest])])
    ordered = list(event["data"][0])
    if len(ordered) != len(names) or set(ordered) != set(names):
        return None
    is_empty = pyarrow.compute.equal(ids, "")
    if pyarrow.compute.any(is_empty).as_py():
        ids = pyarrow.compute.if_else(is_empty, requests, ids)
    return Proved(
        schema, times, ids, requests, versions, rows, names, cells, earliest, list(event), ordered
    )


def _line_ends(content: bytes) -> Any:
    """Return where lines end, as numpy's; None unless all of them look like an object."""
    if not (content.startswith(b"{") and content.endswith(b"}\n")):
        return None
    try:
        if not content.isascii():
            content.decode()
    except UnicodeDecodeError:
        return None
    characters = numpy.frombuffer(content, numpy.uint8)
    ends = numpy.flatnonzero(characters == ord("\n"))
    are_closed = (characters[ends - 1] == ord("}")).all()
    are_opened = (characters[ends[:-1] + 1] == ord("{")).all()
    return ends if are_closed and are_opened else None


def _without_head(content: bytes, ends: Any) -> bytes:
    """Return lines without the fields at their beginning that are the same in all of them.

    These are of no use here, and often half of what there is to parse.
    """
    found = _HEAD.match(content)
    if found is None:
        return content
    head = found[0]
    size = len(head)
    starts = [0, *(ends[:-1] + 1).tolist()]
    if not all(content.startswith(head, start) for start in starts):
        return content
    rests = [content[start + size : end] for start, end in zip(starts, ends.tolist())]
    return b"{%b\n" % b"\n{".join(rests)


def _parsed(content: bytes, schema: Any, unexpected: str) -> Any:
    options = pyarrow.json.ParseOptions(
        explicit_schema=schema, unexpected_field_behavior=unexpected
    )
    try:
        return pyarrow.json.read_json(
            pyarrow.BufferReader(content),
            read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=_READ_BYTES),
            parse_options=options,
        )
    except (pyarrow.ArrowException, ValueError):
        return None


def _names_of_texts(line: bytes) -> Optional[tuple[list[str], list[str]]]:
    """Return the fields of a line, and of its first row, that are texts; None if it has no row.

    pyarrow would take texts for times where they look like them.
    """
    try:
        event = orjson.loads(line)
        row = event["data"][0]
        found = [
            [name for name, value in each.items() if type(value) is str] for each in (event, row)
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return found[0], found[1]


def _schema(*texts: list[str]) -> Any:
    fields, cells = ([(name, pyarrow.string()) for name in names] for names in texts)
    return pyarrow.schema([*fields, ("data", pyarrow.list_(pyarrow.struct(cells)))])


def _dated(table: Any) -> list[str]:
    """Return the columns of rows that were taken for times."""
    kind = table.schema.field("data").type if "data" in table.column_names else pyarrow.null()
    if not pyarrow.types.is_list(kind) or not pyarrow.types.is_struct(kind.value_type):
        return []
    return [each.name for each in kind.value_type if pyarrow.types.is_timestamp(each.type)]
