"""Which CSV row is which row of the JSONL, and where they differ.

A CSV row is one row object, or stands for a whole line: the old SDK wrote a 1-D value of n
entries, and a list of n sequences, as one row of n cells, where the row rule of the JSONL makes n
rows of them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, Optional

from .rows import CsvRow, JsonLine
from .shown import shown
from .values import cell_key, is_same, value_key

Key = tuple[str, ...]
_LIST_STARTS = ("[", "(", "array(")
_MOST_LOOKED_AT = 200
_WIDTH = "(columns)"
NO_COLUMN = "(no such column)"


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


class Matched(NamedTuple):
    """What became of CSV rows and lines.

    Attributes:
        pairs: of both sides.
        left, right: without a partner.
        in_order: the pairs stand in the same order on both sides.
        repeats: of `left` and of `right`, those whose like has a partner, by `id()`.
    """

    pairs: list[Pair]
    left: list[CsvRow]
    right: list[Unit]
    in_order: bool = True
    repeats: frozenset[int] = frozenset()


def match_by_position(rows: Sequence[CsvRow], lines: Sequence[JsonLine]) -> Matched:
    """Match the rows of one correlation id: by position, else by content.

    Args:
        rows: in the order of their files.
        lines: in the order in which they were written.
    """
    units = _units_in_order(rows, lines)
    if units is None:
        return match_by_content(rows, lines)
    pairs = [Pair(row, unit, unit.differences(row)) for row, unit in zip(rows, units)]
    if any(pair.differences for pair in pairs) and len(pairs) > 1:
        by_content = match_by_content(rows, lines)
        if not any(pair.differences for pair in by_content.pairs) and not by_content.left:
            # Only within a line does the order say which row is which.
            return by_content._replace(in_order=len(lines) > 1)
    return Matched(pairs, [], [])


def match_by_content(rows: Sequence[CsvRow], lines: Sequence[JsonLine]) -> Matched:
    """Match rows and lines as multisets; what is left over is paired in its order.

    Args:
        rows: in the order of their files.
        lines: in the order in which they were written.
    """
    waiting: dict[Key, deque[CsvRow]] = defaultdict(deque)
    widths = set()
    for row in rows:
        waiting[_key_of(row)].append(row)
        widths.add(len(row.cells))
    known = frozenset(waiting)
    pairs: list[Pair] = []
    rest: list[Unit] = []
    repeats: set[int] = set()
    for line in lines:
        whole = _take_whole(waiting, line) if len(line.rows) in widths else None
        if whole is not None:
            pairs.append(whole)
            continue
        whole_key = _whole_key(line)
        for at, row_object in enumerate(line.rows):
            key = tuple(map(value_key, row_object.values()))
            unit = Unit(line, at)
            found = _take(waiting, key, unit)
            if found is not None:
                pairs.append(found)
                continue
            rest.append(unit)
            if key in known or whole_key in known:
                repeats.add(id(unit))
    left = sorted((row for queue in waiting.values() for row in queue), key=_place)
    taken = {_key_of(pair.left) for pair in pairs}
    repeats |= {id(row) for row in left if _key_of(row) in taken}
    # A header is a row only when the JSONL has it too.
    left = [row for row in left if not row.is_header]
    more, left, right = _pair_rest(left, rest)
    return Matched(pairs + more, left, right, repeats=frozenset(repeats))


def row_differences(csv_row: CsvRow, row_object: dict[str, Any]) -> list[Difference]:
    """Return where a CSV row differs from one row object: by position, else by name."""
    cells, names = csv_row.cells, csv_row.names
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
    found = []
    for cell, row_object in zip(csv_row.cells, line.rows):
        values = list(row_object.values())
        if len(values) == 1 and not cell.startswith(_LIST_STARTS):
            name, value = next(iter(row_object)), values[0]
        else:
            name, value = ", ".join(row_object), values
        if not is_same(cell, value):
            found.append(Difference(name, cell, shown(value)))
    return found


def _units_in_order(rows: Sequence[CsvRow], lines: Sequence[JsonLine]) -> Optional[list[Unit]]:
    """Return what each CSV row should be in the JSONL; None when the numbers do not fit."""
    total = sum(len(line.rows) for line in lines)
    units = [Unit(line, at) for line in lines for at in range(len(line.rows))]
    if len(rows) == total and all(map(_has_width_of, units, rows)):
        return units
    written = [line for line in lines if line.rows]
    if len(rows) == len(written) and all(map(_may_be_whole, rows, written)):
        return [Unit(line, None) for line in written]
    return units if len(rows) == total else None


def _may_be_whole(row: CsvRow, line: JsonLine) -> bool:
    """Return whether a CSV row looks like all rows of a line."""
    if len(row.cells) != len(line.rows):
        return False
    return all(len(row_object) == 1 for row_object in line.rows) or all(
        cell.startswith(_LIST_STARTS) for cell in row.cells
    )


def _has_width_of(unit: Unit, row: CsvRow) -> bool:
    return len(unit.line.rows[unit.row or 0]) == len(row.cells)


def _take_whole(waiting: dict[Key, deque[CsvRow]], line: JsonLine) -> Optional[Pair]:
    if len(line.rows) == 1 == len(line.rows[0]):
        return None
    unit = Unit(line, None)
    key = _whole_key(line)
    found = None if key is None else _take(waiting, key, unit)
    return found or _take(waiting, ("[]",) * len(line.rows), unit)


def _whole_key(line: JsonLine) -> Optional[Key]:
    """Return the key of a CSV row with a cell for each row of one column."""
    if any(len(row) != 1 for row in line.rows):
        return None
    return tuple(value_key(next(iter(row.values()))) for row in line.rows)


def _key_of(row: CsvRow) -> Key:
    return tuple(map(cell_key, row.cells))


def _take(waiting: dict[Key, deque[CsvRow]], key: Key, unit: Unit) -> Optional[Pair]:
    """Take the first CSV row that is the same as a unit."""
    queue = waiting.get(key)
    if queue is None:
        return None
    # Nested values share a key whatever they are; what is not found here is paired in its order.
    for row in islice(queue, _MOST_LOOKED_AT):
        if not unit.differences(row):
            queue.remove(row)
            if not queue:
                del waiting[key]
            return Pair(row, unit, [])
    return None


def _pair_rest(
    rows: list[CsvRow], units: list[Unit]
) -> tuple[list[Pair], list[CsvRow], list[Unit]]:
    """Pair what has no like, in its order; more on one side stay alone."""
    pairs = []
    queue = deque(rows)
    at = 0
    while at < len(units) and queue:
        unit, row = units[at], queue[0]
        size = len(unit.line.rows)
        whole = unit.row == 0 and size > 1 and _may_be_whole(row, unit.line)
        if whole and units[at + size - 1 : at + size] == [Unit(unit.line, size - 1)]:
            unit = Unit(unit.line, None)
            at += size
        else:
            at += 1
        queue.popleft()
        pairs.append(Pair(row, unit, unit.differences(row)))
    return pairs, list(queue), units[at:]


def _place(row: CsvRow) -> tuple[int, int]:
    return (row.path, row.line)
