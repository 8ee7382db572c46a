"""Lines as chunks of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .chunks import CellColumns, Chunk
from .origin import ID, REQUEST, ROW, TIME
from .placed import Placed
from .survey import Survey
from .tables import PLACE

# Most cells in columns, gaps included; one line may have more.
MOST_CELLS = 1_000_000


def chunks_of_lines(lines: list[Placed], survey: Survey) -> Iterator[Chunk]:
    """Yield lines as rows by time, in chunks that follow each other, and add them to a survey."""
    lines.sort(key=lambda line: line[:3])
    start = cells = 0
    names: set[str] = set()
    for at, line in enumerate(lines):
        for row in line.rows:
            if not names.issuperset(row):
                names.update(row)
        cells += len(line.rows)
        # Rows that differ in their columns have gaps in those of all others.
        if cells * len(names) > MOST_CELLS:
            yield _chunk_of_lines(lines[start : at + 1], survey)
            start, cells, names = at + 1, 0, set()
    if start < len(lines):
        yield _chunk_of_lines(lines[start:], survey)


def _chunk_of_lines(lines: list[Placed], survey: Survey) -> Chunk:
    line_of, columns = origin_columns(lines)
    rows = [row for line in lines for row in line.rows]
    keys = [*([line[at] for line in line_of] for at in range(3)), columns[ROW]]
    columns.update(columns_of_rows(rows, 0, keys, survey))
    chunk = Chunk(keys, columns)
    survey.add(chunk)
    return chunk


def origin_columns(lines: Sequence[Placed]) -> tuple[list[Placed], CellColumns]:
    """Return the line of each row, and the columns that say where it came from."""
    line_of = [line for line in lines for _ in line.rows]
    columns: CellColumns = {
        ID: [line.id for line in line_of],
        REQUEST: [line.request for line in line_of],
        PLACE: [line.place for line in line_of],
        ROW: [at for line in lines for at in range(len(line.rows))],
        TIME: [line.time_us for line in line_of],
    }
    return line_of, columns


def chunk_of_empty_lines(lines: list[Placed]) -> Chunk:
    """Return the lines without rows, which count among those of their id."""
    empty = sorted(line[:3] + (line.id, line.place) for line in lines if not line.rows)
    *keys, ids, places = map(list, zip(*empty)) if empty else ([] for _ in range(5))
    return Chunk(keys, {ID: ids, PLACE: places})


def columns_of_rows(
    rows: Sequence[dict[str, Any]], side: int, keys: list[list[Any]], survey: Survey
) -> CellColumns:
    """Return the cells of row objects by side and name.

    Args:
        rows: of one collection, or of several that have no other beside them.
        side: see `Survey`.
        keys: of the rows, by which they are sorted.
        survey: gets the names.
    """
    first = next((row for row in rows if row), None)
    if first is None:
        return {}
    width = len(first)
    try:
        if set(map(len, rows)) == {width}:
            columns = {(side, name): [row[name] for row in rows] for name in first}
            survey.see(columns, tuple(column[0] for column in keys))
            return columns
    except KeyError:
        pass
    columns = {}
    for at, row in enumerate(rows):
        if row:
            new = [name for name in row if (side, name) not in columns]
            if new:
                key = tuple(column[at] for column in keys)
                survey.see([(side, name) for name in row], key)
                columns.update(((side, name), []) for name in new)
            for name, value in row.items():
                column = columns[side, name]
                if len(column) < at:
                    column += [None] * (at - len(column))
                column.append(value)
    for column in columns.values():
        column += [None] * (len(rows) - len(column))
    return columns
