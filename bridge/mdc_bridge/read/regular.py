"""Lines read many at once by pyarrow, where they prove to be what reading them one by one gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

import numpy
import pyarrow
import pyarrow.compute

from ..collected.period import Period
from ..collected.places import CollectionFile
from .origin import ID, REQUEST, ROW, TIME
from .placed import LineOrigins
from .proved import Proved, proved
from .survey import Survey
from .tables import FILE, NUMBER, PLACE, TableChunk, column_name, table_of

# Chunks of one collection that prove irregular, one after the other, before none is tried more.
_TRIALS = 4

_Place = tuple[str, str, str]


class Parsed(NamedTuple):
    """What became of lines that were tried ahead.

    Attributes:
        guess: the schema that they were thought to have.
        lines: None where they are not regular.
    """

    guess: Any
    lines: Optional[Proved]


class Regular:
    """Reads chunks of lines as tables, where they prove regular.

    Args:
        places: of the lines.
        survey: gets the rows.
        period: of the lines.
        join: collections of a join, whose rows are to be counted when they are joined.
    """

    def __init__(
        self, places: LineOrigins, survey: Survey, period: Period, join: Sequence[str] = ()
    ) -> None:
        self._places = places
        self._survey = survey
        self._period = period
        self._join = list(join)
        # What was read before is the first guess for what comes.
        self._schemas: dict[_Place, Any] = {}
        self._failed: dict[_Place, int] = {}

    def parsed(self, file: CollectionFile, content: bytes) -> Optional[Parsed]:
        """Return whole lines for `table`, as far as they can be read in any thread and order.

        Args:
            file: whose lines they are.
            content: the lines.
        """
        place = file[1:4]
        if self._failed.get(place, 0) >= _TRIALS:
            return None
        guess = self._schemas.get(place)
        return Parsed(guess, proved(content, guess, self._period))

    def table(
        self,
        file: CollectionFile,
        at: int,
        first: int,
        content: bytes,
        most: Optional[int],
        parsed: Parsed,
    ) -> Optional[TableChunk]:
        """Return the rows of whole lines, chunk after chunk; None where they are not regular.

        Args:
            file: whose lines they are.
            at: its number among all, by path.
            first: number of the first line.
            content: the lines.
            most: of rows; more are not regular.
            parsed: of the lines, whenever it was made.
        """
        place = file[1:4]
        if self._failed.get(place, 0) >= _TRIALS:
            return None
        guess, lines = parsed
        # Ahead of the lines before these, it may have been another.
        if guess is not self._schemas.get(place):
            lines = proved(content, self._schemas.get(place), self._period)
        if lines is None or (most is not None and len(lines.rows.objects) > most):
            self._failed[place] = self._failed.get(place, 0) + 1
            return None
        self._failed[place] = 0
        return self._chunk(place, at, first, lines)

    def _chunk(self, place: _Place, at: int, first: int, lines: Proved) -> TableChunk:
        rows = lines.rows
        columns = {
            TIME: rows.of_lines(lines.times),
            FILE: numpy.full(len(rows.lines), at),
            NUMBER: rows.lines + first,
            ROW: rows.positions,
            PLACE: rows.of_lines(self._place_numbers(place, lines.versions)),
            ID: rows.of_lines(lines.ids),
            REQUEST: rows.of_lines(lines.requests),
        }
        side = self._join.index(place[2]) if self._join else 0
        columns.update(
            (column_name(name, side), cells) for name, cells in zip(lines.names, lines.cells)
        )
        chunk = table_of(columns)
        key = (int(lines.times[lines.earliest]), at, first + lines.earliest, 0)
        self._survey.see([(side, name) for name in lines.ordered], key)
        if self._join:
            self._survey.add_kinds(chunk)
        else:
            self._survey.add(chunk)
        known = self._schemas.get(place)
        if known is None or not known.equals(lines.schema):
            widened = _widened(lines.schema, known)
            self._schemas[place] = _in_order(widened, lines.fields, lines.ordered)
        return chunk

    def _place_numbers(self, place: _Place, versions: Any) -> Any:
        if pyarrow.compute.all(pyarrow.compute.equal(versions, versions[0])).as_py():
            number = self._places.number_of((*place, versions[0].as_py()))
            return pyarrow.array(numpy.full(len(versions), number))
        coded = versions.dictionary_encode()
        numbers = [self._places.number_of((*place, each)) for each in coded.dictionary.to_pylist()]
        return pyarrow.array(numbers, "int64").take(coded.indices)


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
