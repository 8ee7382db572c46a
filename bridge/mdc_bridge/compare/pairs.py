"""Rows of the JSONL beside CSV rows, and where their values differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from ..equality.rows import LIST_STARTS, Difference, row_differences, whole_differences
from .rows import CsvRow, JsonLine


class LineRow(NamedTuple):
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
            return whole_differences(csv_row, self.line.rows)
        return row_differences(csv_row, self.line.rows[self.row])


class Pair(NamedTuple):
    """A CSV row and what it is in the JSONL."""

    left: CsvRow
    right: LineRow
    differences: list[Difference]


def may_be_whole(row: CsvRow, line: JsonLine) -> bool:
    """Return whether a CSV row looks like all rows of a line, or all of its columns."""
    are_lists = all(cell.startswith(LIST_STARTS) for cell in row.cells)
    if len(row.cells) == len(line.rows):
        return are_lists or all(len(row_object) == 1 for row_object in line.rows)
    # Each cell is a column, as of `[labels, probabilities]`.
    return are_lists and all(len(row_object) == len(row.cells) for row_object in line.rows)


def renamed_columns(csv_row: CsvRow, row_object: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield the names of columns that the CSV's header calls otherwise; made-up names are none."""
    if len(csv_row.names) == len(row_object) and csv_row.names != tuple(row_object):
        if set(csv_row.names) == set(row_object):
            return
        for ours, theirs in zip(csv_row.names, row_object):
            if ours != theirs and not ours.startswith("column_"):
                yield ours, theirs
