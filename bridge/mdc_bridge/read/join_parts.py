"""Lines and tables of a join, divided by id into parts that fit into memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Union

from ..collected.partitions import Partitions
from .line_chunks import MOST_CELLS
from .origin import ID
from .placed import Group, LineOrigins, Placed, group_of
from .tables import PLACE, TableChunk

# Lines that are in memory at once, by their size in files.
_PART_BYTES = 4 * 1024 * 1024
# In more parts, pieces of tables with thousands of columns would mostly consist of names.
_MOST_PARTS = 16
_MOST_DIVIDED = 2**24
# Tables that are in memory at once: their bytes, and their cells, gaps included.
_TABLE_BYTES = 24 * 1024 * 1024
_TABLE_CELLS = 4_000_000

LineOrTable = Union[Placed, TableChunk]
JoinPart = tuple[list[Placed], list[TableChunk]]


class JoinParts:
    """Divides what is to be joined.

    Args:
        join: names of collections.
        places: of the lines.
        is_over: tells, once all was taken, whether nothing is to be joined after all.
    """

    def __init__(
        self, join: Sequence[str], places: LineOrigins, is_over: Callable[[], bool]
    ) -> None:
        self._join = join
        self._places = places
        self._is_over = is_over

    def of(self, records: Iterable[LineOrTable]) -> Iterator[JoinPart]:
        """Yield lines and tables with all that there is of their ids.

        Args:
            records: all lines, one by one or as tables.

        Raises:
            StoreError: the temporary folder cannot be written.
        """
        yield from self._divided(records, _MOST_PARTS, 1)

    def _divided(
        self, records: Iterable[LineOrTable], wanted: int, divided: int
    ) -> Iterator[JoinPart]:
        with Partitions(min(_MOST_PARTS, wanted), divided) as parts:
            held: list[TableChunk] = []
            size = 0
            # Bytes of tables in each part.
            sizes: dict[int, int] = defaultdict(int)
            for record in records:
                if isinstance(record, Placed):
                    parts.add("\0".join(group_of(record, self._places)), tuple(record))
                    continue
                held.append(record)
                size += record.table.nbytes
                if size > _TABLE_BYTES:
                    self._divide(held, parts, sizes)
                    held, size = [], 0
            if self._is_over():
                return
            if parts.are_empty:
                yield from self._fitting(held)
                return
            self._divide(held, parts, sizes)
            held = []
            for part in range(parts.parts):
                of_part = map(_record, parts.read(part))
                size = parts.size(part) - sizes[part]
                times = max(size // _PART_BYTES, 2 * sizes[part] // _TABLE_BYTES)
                # The same id stays together, however many lines it has.
                if times > 1 and divided < _MOST_DIVIDED:
                    yield from self._divided(of_part, 1 + times, divided * parts.parts)
                else:
                    yield from self._fitting(list(of_part))

    def _divide(self, tables: list[TableChunk], parts: Partitions, sizes: dict[int, int]) -> None:
        """Write tables to the parts of their ids."""
        for part, table in self._of_parts(tables, lambda group: parts.part_of("\0".join(group))):
            content = table.content()
            parts.add_to(part, (content,))
            sizes[part] += len(content)

    def _of_parts(
        self, tables: list[TableChunk], part_of: Callable[[Group], int]
    ) -> Iterator[tuple[int, TableChunk]]:
        from .side_tables import divided, of_sides

        names = self._places.names

        def parts_of(table: TableChunk) -> list[int]:
            owners = [names[place][:2] for place in table.numbers(PLACE).tolist()]
            names_of = table.table.column(ID).to_pylist()
            return [part_of((*owner, name)) for owner, name in zip(owners, names_of)]

        for side in of_sides(tables, self._places, self._join):
            if side:
                yield from divided(side, parts_of)

    def _fitting(self, records: Sequence[LineOrTable]) -> Iterator[JoinPart]:
        """Yield lines and tables whose columns, gaps included, fit into memory."""
        lines = [record for record in records if isinstance(record, Placed)]
        tables = [record for record in records if isinstance(record, TableChunk)]
        parts = self._count(lines, tables)
        if parts == 1:
            yield lines, tables
            return
        lines_of: dict[int, list[Placed]] = defaultdict(list)
        for line in lines:
            lines_of[hash(group_of(line, self._places)) % parts].append(line)
        tables_of: dict[int, list[TableChunk]] = defaultdict(list)
        for part, table in self._of_parts(tables, lambda group: hash(group) % parts):
            tables_of[part].append(table)
        for part in {**lines_of, **tables_of}:
            yield lines_of[part], tables_of[part]

    def _count(self, lines: list[Placed], tables: list[TableChunk]) -> int:
        """Return into how many parts the columns, gaps included, are to be divided."""
        rows = [row for line in lines for row in line.rows]
        # What a table holds in place of an object is smaller.
        most = MOST_CELLS if rows else _TABLE_CELLS
        names = {name for table in tables for name in table.table.column_names}
        height = len(rows) + sum(table.height for table in tables)
        return 1 + height * len(names.union(*rows)) // most


def _record(record: tuple[Any, ...]) -> LineOrTable:
    """Return what was kept: a line, or a table as bytes."""
    return TableChunk.of_content(record[0]) if len(record) == 1 else Placed(*record)
