"""Rows of both sides that have no like: those that stand in the same place are one that differs.

The place of a row follows from its neighbours: between the same two matched rows, the rows that
are left over on either side belong together. What a gap of one side has alone is missing on the
other. A writer's rows keep their order in its own file of lines; where several writers share a
CSV file, the order of time is tried after that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Optional

from .rows import CsvRow
from .units import Pair, Unit, may_be_whole

# Of a row of the JSONL: its file, line and position.
_Anchor = tuple[int, int, int]
_Order = Callable[[Unit], tuple[int, ...]]


class Leftovers(NamedTuple):
    """What became of rows without a like.

    Attributes:
        pairs: those that differ.
        rows: CSV rows without a partner.
        units: rows of the JSONL without a partner.
    """

    pairs: list[Pair]
    rows: list[CsvRow]
    units: list[Unit]


class _Run(NamedTuple):
    """Rows of one side that stand together, and the matched rows around them."""

    before: Optional[_Anchor]
    after: Optional[_Anchor]
    rows: list[CsvRow]
    units: list[Unit]


def pair_leftovers(
    pairs: Sequence[Pair], rows: Sequence[CsvRow], units: Sequence[Unit]
) -> Leftovers:
    """Pair what has no like by its place between what has.

    Args:
        pairs: of rows that are the same.
        rows: of the CSV, without a like.
        units: single rows of the JSONL, without a like.
    """
    rows, units = sorted(rows, key=_place_of_row), sorted(units, key=_place_of_unit)
    if not (rows and units):
        return Leftovers([], rows, units)
    if not pairs:
        return _pair_in_order(rows, sorted(units, key=_time_of_unit))
    found: list[Pair] = []
    for order in (_place_of_unit, _time_of_unit):
        more, rows, units = _pair_between(pairs, rows, units, order)
        found += more
    return Leftovers(found, rows, units)


def _pair_between(
    pairs: Sequence[Pair], rows: Sequence[CsvRow], units: Sequence[Unit], order: _Order
) -> Leftovers:
    left_runs = _left_runs(pairs, rows)
    right_runs = _right_runs(pairs, units, order)
    by_before = {run.before: at for at, run in enumerate(right_runs)}
    by_after = {run.after: at for at, run in enumerate(right_runs)}
    # The ends of files have no neighbour, and are not the same place for that.
    by_before.pop(None, None)
    by_after.pop(None, None)
    used: set[int] = set()
    found = Leftovers([], [], [])
    for run in left_runs:
        places = (by_before.get(run.before), by_after.get(run.after))
        at = next((each for each in places if each is not None and each not in used), None)
        if at is None:
            found.rows.extend(run.rows)
            continue
        used.add(at)
        more = _pair_in_order(run.rows, right_runs[at].units)
        found.pairs.extend(more.pairs)
        found.rows.extend(more.rows)
        found.units.extend(more.units)
    for at, run in enumerate(right_runs):
        if at not in used:
            found.units.extend(run.units)
    return found


def _left_runs(pairs: Iterable[Pair], rows: Iterable[CsvRow]) -> list[_Run]:
    entries: list[tuple[CsvRow, Optional[Unit]]] = [(pair.left, pair.right) for pair in pairs]
    entries += [(row, None) for row in rows]
    entries.sort(key=lambda entry: _place_of_row(entry[0]))
    runs = _Runs()
    for row, unit in entries:
        if unit is None:
            runs.open.rows.append(row)
        else:
            runs.pass_anchor(_first(unit), _last(unit))
    return runs.closed()


def _right_runs(pairs: Iterable[Pair], units: Iterable[Unit], order: _Order) -> list[_Run]:
    entries = [(pair.right, True) for pair in pairs] + [(unit, False) for unit in units]
    entries.sort(key=lambda entry: order(entry[0]))
    runs = _Runs()
    for unit, is_matched in entries:
        if is_matched:
            runs.pass_anchor(_first(unit), _last(unit))
        else:
            runs.open.units.append(unit)
    return runs.closed()


class _Runs:
    """Gathers runs between anchors."""

    def __init__(self) -> None:
        self.open = _Run(None, None, [], [])
        self._closed: list[_Run] = []

    def pass_anchor(self, first: _Anchor, last: _Anchor) -> None:
        if self.open.rows or self.open.units:
            self._closed.append(self.open._replace(after=first))
            self.open = _Run(last, None, [], [])
        else:
            self.open = self.open._replace(before=last)

    def closed(self) -> list[_Run]:
        has_open = bool(self.open.rows or self.open.units)
        return self._closed + [self.open] * has_open


def _pair_in_order(rows: Iterable[CsvRow], units: Sequence[Unit]) -> Leftovers:
    """Pair rows one by one; more on one side stay alone."""
    pairs = []
    queue = deque(rows)
    at = 0
    while at < len(units) and queue:
        unit, row = units[at], queue[0]
        size = len(unit.line.rows)
        whole = unit.row == 0 and size > 1 and may_be_whole(row, unit.line)
        if whole and units[at + size - 1 : at + size] == [Unit(unit.line, size - 1)]:
            unit = Unit(unit.line, None)
            at += size
        else:
            at += 1
        queue.popleft()
        pairs.append(Pair(row, unit, unit.differences(row)))
    return Leftovers(pairs, list(queue), list(units[at:]))


def _place_of_row(row: CsvRow) -> tuple[int, int]:
    return (row.path, row.line)


def _place_of_unit(unit: Unit) -> _Anchor:
    return _first(unit)


def _time_of_unit(unit: Unit) -> tuple[int, ...]:
    return (unit.line.time_us, *_first(unit))


def _first(unit: Unit) -> _Anchor:
    return (unit.line.path, unit.line.line, unit.row or 0)


def _last(unit: Unit) -> _Anchor:
    row = len(unit.line.rows) - 1 if unit.row is None else unit.row
    return (unit.line.path, unit.line.line, row)
