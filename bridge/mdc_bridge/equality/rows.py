"""Where a CSV row differs from a row object of a line, or from all of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional, Protocol

from ..texts import shown
from .values import cell_key, is_same, value_key

RowKey = tuple[str, ...]
NO_COLUMN = "(no such column)"
LIST_STARTS = ("[", "(", "array(")
_WIDTH = "(columns)"


class NamedCells(Protocol):
    """A CSV row: its names by the header, and its cells as they stand."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def cells(self) -> tuple[str, ...]: ...


class Difference(NamedTuple):
    """One value that differs: column, CSV cell, JSON value."""

    column: str
    cell: str
    value: str


def row_differences(csv_row: NamedCells, row_object: dict[str, Any]) -> list[Difference]:
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
    return is_same(cell, value) or (cell.startswith(LIST_STARTS) and is_same(cell, [value]))


def _differences_by_name(
    csv_row: NamedCells, row_object: dict[str, Any]
) -> Optional[list[Difference]]:
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


def whole_differences(csv_row: NamedCells, rows: Sequence[dict[str, Any]]) -> list[Difference]:
    """Return where a CSV row differs from all rows of a line together."""
    if len(csv_row.cells) != len(rows):
        return _column_differences(csv_row, rows)
    found = []
    for cell, row_object in zip(csv_row.cells, rows):
        values = list(row_object.values())
        is_row = cell.startswith(LIST_STARTS) and is_same(cell, values)
        if is_row or (len(values) == 1 and is_same_alone(cell, values[0])):
            continue
        value = values[0] if len(values) == 1 else values
        found.append(Difference(", ".join(row_object), cell, shown(value)))
    return found


def _column_differences(csv_row: NamedCells, rows: Sequence[dict[str, Any]]) -> list[Difference]:
    columns = zip(*(row_object.values() for row_object in rows))
    return [
        Difference(name, cell, shown(list(column)))
        for name, cell, column in zip(rows[0], csv_row.cells, columns)
        if not is_same(cell, list(column))
    ]


def key_of_cells(cells: Sequence[str]) -> RowKey:
    """Return what is equal for a CSV row and all row objects that may be the same."""
    return tuple(map(cell_key, cells))


def key_of_row(row_object: dict[str, Any]) -> RowKey:
    """Return the key of a CSV row that may be the same."""
    return tuple(map(value_key, row_object.values()))


def key_of_whole(rows: Sequence[dict[str, Any]]) -> Optional[RowKey]:
    """Return the key of a CSV row with a cell for each row of one column."""
    if any(len(row) != 1 for row in rows):
        return None
    return tuple(value_key(next(iter(row.values()))) for row in rows)


def whole_widths(rows: Sequence[dict[str, Any]]) -> set[int]:
    """Return how many cells a CSV row may have that is all rows of a line, or all columns."""
    widths = set(map(len, rows))
    return {len(rows), *widths} if len(widths) == 1 else {len(rows)}


def key_of_lists(width: int) -> RowKey:
    """Return the key of a CSV row whose cells are all lists."""
    return ("[]",) * width
