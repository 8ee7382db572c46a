"""Lines read many at once by pyarrow, where they prove to be what reading them one by one gives.

A block of whole lines is regular when each line holds one object with its time and rows of plain
values, and each number is exact in a column of its type. The proof: `}`, a line's end and `{` can
stand between two objects of a file and never within one, so if there are as many of these as
objects, each line holds one. pyarrow refuses everything else that is not JSON, and names that come
twice. The rest is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Optional

import numpy
import orjson
import pyarrow
import pyarrow.compute
import pyarrow.json

from ..collected.period import ALWAYS, Period
from ..collected.places import CollectionFile
from .frames import ID, REQUEST, ROW, TIME
from .line_fields import is_kept, row_objects, texts_of, times_of
from .placed import Places
from .survey import Survey
from .tables import FILE, NUMBER, PLACE, TableBlock, column_name, table_of

# Blocks of one collection that prove irregular, one after the other, before none is tried more.
_TRIALS = 4
_READ_BYTES = 1024 * 1024
_REFERENCES = {"dataref", "datainblob"}
# Plain texts at the beginning of a line, but for those that are of use.
_USED = b"time|data|dataref|datainblob|correlationid|xrequestid|modelversion"
_TEXT = rb'"[^"\\\x00-\x1f]*"'
_HEAD = re.compile(rb'\{(?: *(?!"(?:%b)")%b *: *%b *,)+' % (_USED, _TEXT, _TEXT))

_Place = tuple[str, str, str]


class Regular:
    """Reads blocks of lines as tables, where they prove regular.

    Args:
        places: of the lines.
        survey: told of the rows.
        period: of the lines.
    """

    def __init__(self, places: Places, survey: Survey, period: Period) -> None:
        self._places = places
        self._survey = survey
        self._period = period
        # What was read before is the first guess for what comes.
        self._schemas: dict[_Place, Any] = {}
        self._failed: dict[_Place, int] = {}

    def table(
        self, file: CollectionFile, at: int, first: int, content: bytes, most: Optional[int]
    ) -> Optional[TableBlock]:
        """Return the rows of whole lines; None where they are not regular.

        Args:
            file: whose lines they are.
            at: its number among all, by path.
            first: number of the first line.
            content: the lines.
            most: of rows; more are not regular.
        """
        place = (file.endpoint, file.deployment, file.collection)
        if self._failed.get(place, 0) >= _TRIALS:
            return None
        ends = _line_ends(content)
        if ends is not None:
            for table in self._tables(place, content, ends):
                block = self._proved(table, place, at, first, content, ends, most)
                if block is not None:
                    self._failed[place] = 0
                    return block
        self._failed[place] = self._failed.get(place, 0) + 1
        return None

    def _tables(self, place: _Place, content: bytes, ends: Any) -> Iterator[Any]:
        """Yield what is read with one schema or another, the likeliest first."""
        content = _without_head(content, ends)
        if place in self._schemas:
            table = _parsed(content, self._schemas[place], "error")
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

    def _proved(
        self,
        table: Any,
        place: _Place,
        at: int,
        first: int,
        content: bytes,
        ends: Any,
        most: Optional[int],
    ) -> Optional[TableBlock]:
        """Return the rows of what was read, unless reading lines one by one gives others."""
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
        if most is not None and len(rows.objects) > most:
            return None
        if self._period is not ALWAYS and not self._period.covers(
            int(times.min()), int(times.max()) + 1
        ):
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
        lines = rows.lines
        columns = {
            TIME: rows.of_lines(times),
            FILE: numpy.full(len(lines), at),
            NUMBER: lines + first,
            ROW: rows.positions,
            PLACE: rows.of_lines(self._place_numbers(place, versions)),
            ID: rows.of_lines(ids),
            REQUEST: rows.of_lines(requests),
        }
        columns.update(zip(map(column_name, names), cells))
        block = table_of(columns)
        key = (int(times[earliest]), at, first + earliest, 0)
        self._survey.see([(0, name) for name in ordered], key)
        self._survey.add(block)
        known = self._schemas.get(place)
        if known is None or not known.equals(schema):
            self._schemas[place] = _in_order(_widened(schema, known), list(event), ordered)
        return block

    def _place_numbers(self, place: _Place, versions: Any) -> Any:
        if pyarrow.compute.all(pyarrow.compute.equal(versions, versions[0])).as_py():
            number = self._places.number_of((*place, versions[0].as_py()))
            return pyarrow.array(numpy.full(len(versions), number))
        coded = versions.dictionary_encode()
        numbers = [self._places.number_of((*place, each)) for each in coded.dictionary.to_pylist()]
        return pyarrow.array(numbers, "int64").take(coded.indices)


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
            read_options=pyarrow.json.ReadOptions(block_size=_READ_BYTES),
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


def _widened(schema: Any, known: Any) -> Any:
    """Return a schema with the doubles that an earlier one had."""
    if known is None:
        return schema
    before = {field.name: field.type for field in known.field("data").type.value_type}
    data = schema.field("data").type.value_type
    fields = [
        (each.name, before[each.name])
        if str(each.type) in ("int64", "null") and str(before.get(each.name)) == "double"
        else (each.name, each.type)
        for each in data
    ]
    place = schema.get_field_index("data")
    return schema.set(place, pyarrow.field("data", pyarrow.list_(pyarrow.struct(fields))))


def _in_order(schema: Any, fields: list[str], names: list[str]) -> Any:
    """Return a schema in the order of a line, in which parsing it is fastest."""
    data = schema.field("data").type.value_type
    cells = pyarrow.struct([data.field(data.get_field_index(name)) for name in names])
    known = dict(zip(schema.names, schema.types))
    known["data"] = pyarrow.list_(cells)
    order = dict.fromkeys([name for name in fields if name in known] + schema.names)
    return pyarrow.schema([(name, known[name]) for name in order])
