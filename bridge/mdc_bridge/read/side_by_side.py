"""Rows of collections side by side, joined id by id, with a part of the ids in memory.

Which rows stand beside each other `matching` tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Optional

from ..collected.partitions import MOST_PARTS, Partitions
from ..collected.payloads import Key, is_by_request, settled
from .blocks import Block, Columns, sorted_block
from .frames import ID, LINE, REQUEST, ROW, TIME
from .gathering import MOST_CELLS, columns_of_rows
from .matching import NONE, matched
from .placed import Placed, Places
from .survey import Survey
from .tables import PLACE

# After all times.
_LAST = 2**63
# Of ids that are in memory at once, as they are written.
_PART_BYTES = 4 * 1024 * 1024
# Of parts of parts, which have files open at the same time.
_FEWER_PARTS = 16
_MOST_DIVIDED = 2**24
# Endpoint, deployment and id.
_Group = tuple[str, str, str]


class _Side(NamedTuple):
    """The rows of one collection, by time."""

    columns: Columns
    groups: dict[_Group, list[int]]


class SideBySide:
    """Joins the lines of collections.

    Args:
        join: their names.
        places: of the lines; joined rows get places of their own.
        survey: told of all rows.

    Attributes:
        apart: number of ids whose rows could not be joined.
        example: the first of them.
    """

    def __init__(self, join: Sequence[str], places: Places, survey: Survey) -> None:
        self._join = join
        self._places = places
        self._survey = survey
        self.apart = 0
        self.example: Optional[_Group] = None

    def blocks(self, batches: Iterable[list[Placed]]) -> Iterator[Block]:
        """Yield joined rows in sorted blocks, in no order of these.

        Args:
            batches: lines of all.
        """
        lines = (line for batch in batches for line in batch)
        if is_by_request(self._join):
            lines = (line._replace(id=line.request or line.id) for line in lines)
        yield from self._divided(lines, MOST_PARTS, 1)

    def _divided(self, lines: Iterable[Placed], wanted: int, divided: int) -> Iterator[Block]:
        most = MOST_PARTS if divided == 1 else _FEWER_PARTS
        with Partitions(min(most, wanted), divided) as parts:
            for line in lines:
                parts.add("\0".join(self._group(line)), tuple(line))
            for part in range(parts.parts):
                records = (Placed(*record) for record in parts.read(part))
                size = parts.size(part)
                # The same id stays together, however many lines it has.
                if size > 2 * _PART_BYTES and divided < _MOST_DIVIDED:
                    wanted = 1 + size // _PART_BYTES
                    yield from self._divided(records, wanted, divided * parts.parts)
                elif size:
                    yield from map(self._joined, self._fitting(list(records)))

    def _fitting(self, lines: list[Placed]) -> Iterator[list[Placed]]:
        """Yield lines in groups of ids whose columns, gaps included, fit into memory."""
        rows = [row for line in lines for row in line.rows]
        parts = 1 + len(rows) * len(set().union(*rows)) // MOST_CELLS
        if parts == 1:
            yield lines
            return
        groups: dict[int, list[Placed]] = defaultdict(list)
        for line in lines:
            groups[hash(self._group(line)) % parts].append(line)
        yield from groups.values()

    def _group(self, line: Placed) -> _Group:
        return (*self._places.names[line.place][:2], line.id)

    def _key(self, line: Placed) -> Key:
        return Key(self._places.names[line.place][2], self._group(line), line.rows)

    def _joined(self, lines: list[Placed]) -> Block:
        """Return the rows of lines, all there are of their ids."""
        lines.sort(key=lambda line: line[:3])
        lines = settled(lines, self._join, self._key, lambda line, rows: line._replace(rows=rows))
        sides = [self._side(lines, side) for side in range(len(self._join))]
        keys: list[tuple[Any, ...]] = []
        rows: list[list[int]] = []
        for group in {group: None for side in sides for group in side.groups}:
            numbers = [side.groups.get(group, []) for side in sides]
            found = matched(
                [
                    [(side.columns[LINE][at], side.columns[ROW][at]) for at in ours]
                    for side, ours in zip(sides, numbers)
                ]
            )
            if found.are_apart:
                self.apart += 1
                self.example = min(self.example or group, group)
            for row, order in zip(found.rows, found.orders):
                rows.append([NONE if at == NONE else of[at] for of, at in zip(numbers, row)])
                time = _first(side.columns[TIME][at] for side, at in zip(sides, rows[-1]))
                keys.append((_LAST if time is None else time, *group, *order))
        columns = _beside(sides, rows)
        columns[PLACE] = [
            self._place([side.columns[PLACE][at] for side, at in zip(sides, row) if at != NONE])
            for row in rows
        ]
        columns[TIME] = [None if key[0] == _LAST else key[0] for key in keys]
        block = sorted_block(Block(list(map(list, zip(*keys))) or [[]], columns))
        self._survey.add(block)
        return block

    def _side(self, lines: list[Placed], side: int) -> _Side:
        columns: Columns = {name: [] for name in (ID, REQUEST, PLACE, ROW, LINE, TIME)}
        groups: dict[_Group, list[int]] = defaultdict(list)
        repeats: dict[_Group, int] = {}
        rows: list[dict[str, Any]] = []
        keys: list[list[int]] = [[], [], [], []]
        for line in lines:
            if self._places.names[line.place][2] != self._join[side]:
                continue
            group = self._group(line)
            repeat = repeats[group] = repeats.get(group, -1) + 1
            for at, row in enumerate(line.rows):
                groups[group].append(len(rows))
                rows.append(row)
                cells = (line.id, line.request, line.place, at, repeat, line.time_us)
                for column, cell in zip(columns.values(), cells):
                    column.append(cell)
                for key, cell in zip(keys, (*line[:3], at)):
                    key.append(cell)
        columns.update(columns_of_rows(rows, side, keys, self._survey))
        for column in columns.values():
            column.append(None)  # of the row that is missing, by the number -1
        return _Side(columns, groups)

    def _place(self, found: list[int]) -> int:
        """Return the place of a joined row, of those of its parts."""
        if len(found) == 1:
            return found[0]
        names = self._places.names
        endpoint, deployment, _, version = names[found[0]]
        collection = "+".join(names[place][2] for place in found)
        return self._places.number_of((endpoint, deployment, collection, version))


def _beside(sides: list[_Side], rows: list[list[int]]) -> Columns:
    """Return the columns of joined rows; None where a side has no row."""
    columns: Columns = {}
    # Of the first that has the row.
    firsts = [next((side, at) for side, at in zip(sides, row) if at != NONE) for row in rows]
    for name in (ID, REQUEST, ROW, LINE):
        columns[name] = [side.columns[name][at] for side, at in firsts]
    for number, side in enumerate(sides):
        places = [row[number] for row in rows]
        for name, column in side.columns.items():
            if isinstance(name, tuple):
                columns[name] = [column[at] for at in places]
    return columns


def _first(found: Iterable[Any]) -> Any:
    return next((each for each in found if each is not None), None)
