"""Rows of collections side by side, whole columns at once; see `side_by_side`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, Optional

import numpy
import pyarrow
import pyarrow.compute

from .matched_columns import SideColumns, matched_columns, ranks_of
from .matching import NONE
from .origin import DEPLOYMENT, ENDPOINT, ID, LINE, REQUEST, ROW, TIME
from .placed import Group, KnownLine, LineOrigins, Placed, joined_place
from .tables import (
    FILE,
    NUMBER,
    PLACE,
    SIDE,
    JoinedChunk,
    TableChunk,
    by_type,
    column_name,
    concatenated,
)

_FIXED = (TIME, ROW, PLACE, ID, REQUEST)


class Joined(NamedTuple):
    """Joined rows.

    Attributes:
        chunk: the rows, by time.
        apart: the ids whose rows could not be joined.
    """

    chunk: JoinedChunk
    apart: list[Group]


def of_sides(
    tables: Sequence[TableChunk], places: LineOrigins, join: Sequence[str]
) -> list[list[TableChunk]]:
    """Return tables by collection; each has rows of one."""
    sides: list[list[TableChunk]] = [[] for _ in join]
    for table in tables:
        place = table.table.column(PLACE)[0].as_py()
        sides[join.index(places.names[place][2])].append(table)
    return sides


def divided(tables: Sequence[TableChunk], parts_of: Any) -> Iterator[tuple[int, TableChunk]]:
    """Yield the rows of tables of one collection by part, those of a part in their order.

    Args:
        tables: of any types.
        parts_of: returns the numbers of the parts of the rows of a table.
    """
    for alike in by_type(tables):
        table = concatenated(alike, is_sorted=True)
        assert table is not None
        parts = numpy.asarray(parts_of(table), numpy.int64)
        order = numpy.argsort(parts, kind="stable")
        in_order = TableChunk(table.table.take(order))
        starts = numpy.flatnonzero(numpy.append([True], numpy.diff(parts[order]) != 0))
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(order)]):
            yield int(parts[order[start]]), in_order.part(start, stop)


def joined_or_lines(
    sides: Sequence[Sequence[TableChunk]], ids: Collection[str], places: LineOrigins
) -> tuple[Optional[Joined], list[Placed]]:
    """Return the rows of collections side by side, and the lines that are to be joined one by one.

    Args:
        sides: the tables of each collection, with all lines of their ids except those of `ids`.
        ids: of lines that are in no table.
        places: of the lines; joined rows get places of their own.
    """
    found = [concatenated(tables, is_sorted=False) if tables else None for tables in sides]
    if any(table is None for table, tables in zip(found, sides) if tables):
        return None, [line for tables in sides for line in _lines(tables)]
    lines: list[Placed] = []
    whole: list[Optional[TableChunk]] = []
    for table in found:
        if table is not None and ids:
            names = table.table.column(ID).to_pylist()
            has_lines = numpy.fromiter((name in ids for name in names), bool, len(names))
            lines += _lines([TableChunk(table.table.filter(pyarrow.array(has_lines)))])
            table = TableChunk(table.table.filter(pyarrow.array(~has_lines)))
        whole.append(table if table is not None and table.height else None)
    return (_joined(whole, places) if any(whole) else None), lines


def _lines(tables: Sequence[TableChunk]) -> Iterator[Placed]:
    for table in tables:
        chunk = table.listed()
        line: Optional[Placed] = None
        names = [name for name in chunk.columns if isinstance(name, tuple)]
        columns = chunk.columns
        for at, (time, file, number) in enumerate(zip(*chunk.keys[:3])):
            cells = ((name, columns[side, name][at]) for side, name in names)
            # What is not there is no gap yet: another line may be the first to have it.
            row = {name: cell for name, cell in cells if cell is not None}
            if line is not None and line[:3] == (time, file, number):
                line.rows.append(row)
                continue
            if line is not None:
                yield line
            place, own, request = (columns[name][at] for name in (PLACE, ID, REQUEST))
            line = KnownLine(time, file, number, time, place, own, request, [row])
        if line is not None:
            yield line


def _joined(sides: Sequence[Optional[TableChunk]], places: LineOrigins) -> Joined:
    there = [side for side in sides if side is not None]
    fixed = pyarrow.concat_tables([side.table.select(_FIXED) for side in there]).combine_chunks()
    owners = _Owners(fixed, places)
    starts = numpy.cumsum([0, *(0 if side is None else side.height for side in sides)])
    columns = []
    for side, start, stop in zip(sides, starts, starts[1:]):
        groups = owners.groups[start:stop]
        rows = fixed.column(ROW).to_numpy()[start:stop]
        columns.append(SideColumns(groups, _line_numbers(side, groups), rows))
    found = matched_columns(columns, owners.count)

    numbers = numpy.array(found.rows)
    firsts = (numbers != NONE).argmax(axis=0)
    which = starts[firsts] + numbers[firsts, numpy.arange(numbers.shape[1])]
    origin = {
        PLACE: _places(numbers, starts, fixed.column(PLACE).to_numpy(), places),
        LINE: pyarrow.array(numpy.concatenate([each.lines for each in columns])[which]),
        SIDE: pyarrow.array(found.sides),
        **owners.texts(found.groups),
    }
    kept = _taken(fixed.select([TIME, ROW, ID, REQUEST]), which)
    fixed = pyarrow.table({**dict(zip(kept.column_names, kept.columns)), **origin})
    order = JoinedChunk(fixed).order()
    if order is not None:
        fixed = fixed.take(order)
        numbers = numbers[:, order]
    joined = dict(zip(fixed.column_names, fixed.columns))
    for side, rows in zip(sides, numbers):
        if side is not None:
            names = [column_name(name, at) for at, name in side.data]
            joined.update(zip(names, _taken(side.table.select(names), rows).columns))
    apart = [owners.name(group) for group in found.apart.tolist()]
    return Joined(JoinedChunk(pyarrow.table(joined)), apart)


class _Owners:
    """The ids of rows, of each endpoint and deployment, as numbers.

    Attributes:
        groups: of the rows.
        count: how many there are.
    """

    def __init__(self, fixed: Any, places: LineOrigins) -> None:
        numbers = fixed.column(PLACE).to_numpy()
        there = numpy.unique(numbers)
        self._owners = list({places.names[place][:2]: None for place in there.tolist()})
        known = numpy.array(
            [self._owners.index(places.names[place][:2]) for place in there.tolist()]
        )
        coded = fixed.column(ID).combine_chunks().dictionary_encode()
        self._ids = coded.dictionary
        groups = coded.indices.to_numpy().astype(numpy.int64)
        self._codes = None
        if len(self._owners) > 1:
            groups = groups * len(self._owners) + known[numpy.searchsorted(there, numbers)]
            self._codes, groups = numpy.unique(groups, return_inverse=True)
            groups = groups.reshape(-1)
        self.groups = groups
        self.count = len(self._ids) if self._codes is None else len(self._codes)

    def texts(self, groups: Any) -> dict[str, Any]:
        """Return endpoints and deployments of ids."""
        codes = pyarrow.array(self._coded(groups) % len(self._owners))
        names = (ENDPOINT, DEPLOYMENT)
        return {
            name: pyarrow.array(texts, "string").take(codes)
            for name, texts in zip(names, zip(*self._owners))
        }

    def name(self, group: int) -> Group:
        code = int(self._coded(group))
        number, owner = divmod(code, len(self._owners))
        return (*self._owners[owner], self._ids[number].as_py())

    def _coded(self, groups: Any) -> Any:
        return groups * len(self._owners) if self._codes is None else self._codes[groups]


def _line_numbers(side: Optional[TableChunk], groups: Any) -> Any:
    """Return the number of the line of each row among those of its id."""
    if side is None:
        return numpy.empty(0, numpy.int64)
    files, numbers = side.numbers(FILE), side.numbers(NUMBER)
    is_first = numpy.append([True], (files[1:] != files[:-1]) | (numbers[1:] != numbers[:-1]))
    return ranks_of(groups[is_first])[numpy.cumsum(is_first) - 1]


def _places(numbers: Any, starts: Any, given: Any, places: LineOrigins) -> Any:
    """Return the places of joined rows, of those of the rows of all collections."""
    # The last is of no row.
    given = numpy.append(given, NONE)
    each = given[numpy.where(numbers == NONE, NONE, numbers + starts[:-1, None])]
    if (each == each[:, :1]).all():
        return pyarrow.array(numpy.full(each.shape[1], joined_place(each[:, 0].tolist(), places)))
    known, at = numpy.unique(each, axis=1, return_inverse=True)
    of_known = [joined_place(found, places) for found in known.T.tolist()]
    return pyarrow.array(numpy.array(of_known, numpy.int64)[at.reshape(-1)])


def _taken(table: Any, rows: Any) -> Any:
    """Return rows of a table by number; those of `NONE` are gaps."""
    if len(rows) == table.num_rows and (rows == numpy.arange(len(rows))).all():
        return table
    return table.take(pyarrow.array(rows, mask=rows == NONE))
