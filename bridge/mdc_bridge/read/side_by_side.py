"""Rows of collections side by side, joined id by id, with a part of the ids in memory.

Which rows stand beside each other `matching` tells. Ids all of whose lines were read many at once
are joined in whole columns, by `side_tables`; the others line by line, which gives the same rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, Optional

from ..collected.payloads import JoinKey, is_by_request, settled
from .chunks import CellColumns, Chunk, sorted_chunk
from .gathering import Gathered
from .join_parts import JoinParts, LineOrTable
from .line_chunks import columns_of_rows, origin_columns
from .matching import NONE, matched
from .origin import ID, LINE, REQUEST, ROW, TIME
from .placed import NO_TIME, Group, KnownLine, LineOrigins, Placed, group_of, joined_place
from .runs import AnyChunk
from .survey import Survey
from .tables import PLACE, TableChunk

# After all times.
_LAST = 2**63


class _Side(NamedTuple):
    """The rows of one collection, by time."""

    columns: CellColumns
    groups: dict[Group, list[int]]


class SideBySide:
    """Joins the lines of collections.

    Args:
        join: their names.
        places: of the lines; joined rows get places of their own.
        survey: gets all rows.

    Attributes:
        apart: number of ids whose rows could not be joined.
        example: the first of them.
    """

    def __init__(self, join: Sequence[str], places: LineOrigins, survey: Survey) -> None:
        self._join = join
        self._places = places
        self._survey = survey
        self.apart = 0
        self.example: Optional[Group] = None

    def chunks(self, batches: Iterable[Gathered]) -> Iterator[AnyChunk]:
        """Yield joined rows in sorted chunks, in no order of these.

        Args:
            batches: lines of all.
        """
        records: Iterable[LineOrTable] = chain.from_iterable(
            chain[LineOrTable](batch.lines, batch.tables) for batch in batches
        )
        if is_by_request(self._join):
            lines = (line for batch in batches for line in batch.lines)
            records = (line._replace(id=line.request or line.id) for line in lines)
        parts = JoinParts(self._join, self._places, lambda: self._survey.needs_lists)
        for lines_of, tables in parts.of(records):
            yield from self._joined(lines_of, tables)

    def _joined(self, lines: list[Placed], tables: list[TableChunk]) -> Iterator[AnyChunk]:
        if tables:
            from .side_tables import joined_or_lines, of_sides

            sides = of_sides(tables, self._places, self._join)
            joined, left = joined_or_lines(sides, {line.id for line in lines}, self._places)
            lines = lines + left
            if joined is not None:
                self._note_apart(joined.apart)
                self._survey.add(joined.chunk)
                yield joined.chunk
        if lines:
            yield self._joined_lines(lines)

    def _note_apart(self, groups: Sequence[Group]) -> None:
        self.apart += len(groups)
        if groups:
            self.example = min([*groups, self.example or groups[0]])

    def _key(self, line: Placed) -> JoinKey:
        return JoinKey(self._places.names[line.place][2], group_of(line, self._places), line.rows)

    def _joined_lines(self, lines: list[Placed]) -> Chunk:
        """Return the rows of lines, all there are of their ids."""
        lines.sort(key=lambda line: line[:3])
        lines = settled(lines, self._join, self._key, lambda line, rows: line._replace(rows=rows))
        sides = [self._side(lines, side) for side in range(len(self._join))]
        keys: list[tuple[Any, ...]] = []
        rows: list[list[int]] = []
        times: list[Optional[int]] = []
        for group in {group: None for side in sides for group in side.groups}:
            numbers = [side.groups.get(group, []) for side in sides]
            found = matched(
                [
                    [(side.columns[LINE][at], side.columns[ROW][at]) for at in ours]
                    for side, ours in zip(sides, numbers)
                ]
            )
            if found.are_apart:
                self._note_apart([group])
            for row, order in zip(found.rows, found.orders):
                rows.append([NONE if at == NONE else of[at] for of, at in zip(numbers, row)])
                all_times = (side.columns[TIME][at] for side, at in zip(sides, rows[-1]))
                time = next((each for each in all_times if each is not None), None)
                times.append(time)
                keys.append((NO_TIME if time is None else time, *group, *order))
        columns = _beside(sides, rows)
        columns[PLACE] = [
            joined_place(
                [NONE if at == NONE else side.columns[PLACE][at] for side, at in zip(sides, row)],
                self._places,
            )
            for row in rows
        ]
        columns[TIME] = times
        chunk = sorted_chunk(Chunk(list(map(list, zip(*keys))) or [[]], columns))
        self._survey.add(chunk)
        return chunk

    def _side(self, lines: list[Placed], side: int) -> _Side:
        own = [line for line in lines if self._places.names[line.place][2] == self._join[side]]
        line_of, columns = origin_columns(own)
        groups: dict[Group, list[int]] = defaultdict(list)
        repeats: dict[Group, int] = defaultdict(int)
        columns[LINE] = []
        for line in own:
            group = group_of(line, self._places)
            height = len(columns[LINE])
            groups[group] += range(height, height + len(line.rows))
            columns[LINE] += [repeats[group]] * len(line.rows)
            repeats[group] += 1
        orders = [_LAST if isinstance(line, KnownLine) else line.order_us for line in line_of]
        keys: list[list[Any]] = [
            orders,
            *([line[at] for line in line_of] for at in (1, 2)),
            columns[ROW],
        ]
        rows = [row for line in own for row in line.rows]
        columns.update(columns_of_rows(rows, side, keys, self._survey))
        for column in columns.values():
            column.append(None)  # of the row that is missing, by the number -1
        return _Side(columns, groups)


def _beside(sides: list[_Side], rows: list[list[int]]) -> CellColumns:
    """Return the columns of joined rows; None where a side has no row."""
    columns: CellColumns = {}
    # These four columns come from the first side that has the row.
    firsts = [next((side, at) for side, at in zip(sides, row) if at != NONE) for row in rows]
    for name in (ID, REQUEST, ROW, LINE):
        columns[name] = [side.columns[name][at] for side, at in firsts]
    for number, side in enumerate(sides):
        places = [row[number] for row in rows]
        for name, column in side.columns.items():
            if isinstance(name, tuple):
                columns[name] = [column[at] for at in places]
    return columns
