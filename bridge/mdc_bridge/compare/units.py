"""Rows of the JSONL beside CSV rows, and where their values differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from .rows import CsvRow, JsonLine
from .shown import shown
from .values import is_same

NO_COLUMN = "(no such column)"
_WIDTH = "(columns)"
_LIST_STARTS = ("[", "(", "array(")


class Difference(NamedTuple):
    """One value that differs: column, CSV cell, JSON value."""

    column: str
    cell: str
    value: str


class Unit(NamedTuple):
    """A row of a line, or all of them.

    Attributes:
        line: the line.
        row: position of the row; None for the whole line.
    """

    line: JsonLine
    row: Optional[int]

    @property
    def rows(self) -> int:
        """How many rows it is."""
        return len(self.line.rows) if self.row is None else 1

    def differences(self, csv_row: CsvRow) -> list[Difference]:
        """Return where a CSV row differs from it."""
        if self.row is None:
            return _whole_differences(csv_row, self.line)
        return row_differences(csv_row, self.line.rows[self.row])


class Pair(NamedTuple):
    """A CSV row and what it is in the JSONL."""

    left: CsvRow
    right: Unit
    differences: list[Difference]


def may_be_whole(row: CsvRow, line: JsonLine) -> bool:
    """Return whether a CSV row looks like all rows of a line, or all of its columns."""
    if len(row.cells) != len(line.rows):
        return _may_be_columns(row, line)
    return all(len(row_object) == 1 for row_object in line.rows) or all(
        cell.startswith(_LIST_STARTS) for cell in row.cells
    )


def _may_be_columns(row: CsvRow, line: JsonLine) -> bool:
    """Return whether each cell looks like a column of a line, as of `[labels, probabilities]`."""
    return all(len(row_object) == len(row.cells) for row_object in line.rows) and all(
        cell.startswith(_LIST_STARTS) for cell in row.cells
    )


def row_differences(csv_row: CsvRow, row_object: dict[str, Any]) -> list[Difference]:
    """Return where a CSV row differs from one row object: by position, else by name."""
    cells, names = csv_row.cells, csv_row.names
    if len(cells) == len(row_object) == 1 and is_same_alone(cells[0], *row_object.values()):
        return []
    if len(cells) == len(row_object):
        found = [
            Difference(name, cell, shown(value))
            for (name, value), cell in zip(row_object.items(), cells)
            if not is_same(cell, value)
        ]
        if not found or list(row_object) == list(names):
            return found
        by_name = _differences_by_name(csv_row, row_object)
        return found if by_name is None or len(by_name) >= len(found) else by_name
    by_name = _differences_by_name(csv_row, row_object)
    if by_name is not None:
        return by_name
    return [Difference(_WIDTH, f"{len(cells)} cells", f"{len(row_object)} columns")]


def is_same_alone(cell: str, value: Any) -> bool:
    """Return whether a cell and a value that stand alone in their rows are the same.

    A cell such as `[0.1]` is a row of one value, or the text that a migration keeps it as.
    """
    return is_same(cell, value) or (cell.startswith(_LIST_STARTS) and is_same(cell, [value]))


def renamed_columns(csv_row: CsvRow, row_object: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield the names of columns that the CSV's header calls otherwise; made-up names are none."""
    if len(csv_row.names) == len(row_object) and csv_row.names != tuple(row_object):
        if set(csv_row.names) == set(row_object):
            return
        for ours, theirs in zip(csv_row.names, row_object):
            if ours != theirs and not ours.startswith("column_"):
                yield ours, theirs


def _differences_by_name(csv_row: CsvRow, row_object: dict[str, Any]) -> Optional[list[Difference]]:
    """Return where values of equal names differ; None when the names have too little in common.

    A row object may lack a column whose value is missing, as some writers leave these out.
    """
    if len(csv_row.names) != len(csv_row.cells):
        return None
    cells = dict(zip(csv_row.names, csv_row.cells))
    common = cells.keys() & row_object.keys()
    if 2 * len(common) < max(len(cells), len(row_object)):
        return None
    found = [
        Difference(name, cell, shown(row_object[name]) if name in common else NO_COLUMN)
        for name, cell in cells.items()
        if not is_same(cell, row_object.get(name))
    ]
    return found + [
        Difference(name, NO_COLUMN, shown(value))
        for name, value in row_object.items()
        if name not in common
    ]


def _whole_differences(csv_row: CsvRow, line: JsonLine) -> list[Difference]:
    if len(csv_row.cells) != len(line.rows):
        return _column_differences(csv_row, line)
    found = []
    for cell, row_object in zip(csv_row.cells, line.rows):
        values = list(row_object.values())
        is_row = cell.startswith(_LIST_STARTS) and is_same(cell, values)
        if is_row or (len(values) == 1 and is_same_alone(cell, values[0])):
            continue
        value = values[0] if len(values) == 1 else values
        found.append(Difference(", ".join(row_object), cell, shown(value)))
    return found


def _column_differences(csv_row: CsvRow, line: JsonLine) -> list[Difference]:
    columns = zip(*(row_object.values() for row_object in line.rows))
    return [
        Difference(name, cell, shown(list(column)))
        for name, cell, column in zip(line.rows[0], csv_row.cells, columns)
        if not is_same(cell, list(column))
    ]
