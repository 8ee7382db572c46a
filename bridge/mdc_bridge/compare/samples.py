"""Examples of what a comparison found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

# Samples of each kind.
SAMPLES = 10
# Cells of a sample; rows may have thousands.
MOST_CELLS = 60
# Examples of a column.
EXAMPLES = 3
# Ids without outputs, and names, that are listed.
LISTED = 20


@dataclass(frozen=True)
class RowPlace:
    """Where a row stands: file below its root, and line."""

    path: str
    line: int


@dataclass(frozen=True)
class Cell:
    """One value that differs.

    Attributes:
        column: its name; `(time)` and `(xrequestid)` are what the line says beside its data.
        left: the CSV cell.
        right: the JSON value, as JSON.
    """

    column: str
    left: str
    right: str


@dataclass
class Sample:
    """One row as an example.

    Attributes:
        kind: `missing_left` (only in the JSONL), `missing_right` (only in the CSV), `differs`, or
            `order` (its id's rows stand in a different order).
        hour: `2026-11-21T09`, or the day where the hour is not known.
        id: correlation id; empty for a CSV row that carries none.
        row: position among the rows of its id.
        left, right: where it stands, None on the side that lacks it.
        cells: what differs; for a missing row all of it, empty on the side that lacks it. No more
            than `MOST_CELLS`.
        more_cells: how many there are beyond these.
    """

    kind: str
    hour: str
    id: str
    row: int
    left: Optional[RowPlace]
    right: Optional[RowPlace]
    cells: list[Cell]
    more_cells: int = 0


@dataclass
class ColumnDifferences:
    """How often the values of one column differ.

    Attributes:
        rows: number of rows.
        examples: the first of them, as cell and value.
    """

    rows: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class WithoutOutputs:
    """Correlation ids that have inputs and no outputs.

    Attributes:
        left: how many in the CSV; None where its outputs carry no ids.
        right: how many in the JSONL.
        ids: the first of them, with the side (`left`, `right`, `both`) and hour.
    """

    left: Optional[int] = None
    right: Optional[int] = None
    ids: list[tuple[str, str, str]] = field(default_factory=list)
