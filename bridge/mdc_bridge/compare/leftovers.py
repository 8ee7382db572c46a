"""Pairs rows of both sides that have no equal: two in the same place are one row that differs.

The place of a row follows from its neighbours: between the same two matched rows, the rows that
are left over on both sides belong together. What is left over on one side only is missing on the
other. A writer's rows keep their order in its own JSONL file. Several writers may share a CSV
file, so the order of time is tried after that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Optional, TypeVar

from .pairs import LineRow, Pair, may_be_whole
from .rows import CsvRow

# The file, line and position of a row of the JSONL.
_Anchor = tuple[int, int, int]
_Order = Callable[[LineRow], tuple[int, ...]]
_Row = TypeVar("_Row", CsvRow, LineRow)


class Leftovers(NamedTuple):
    """Rows that have no equal on the other side.

    Attributes:
        pairs: two rows in the same place, which differ.
        rows: CSV rows without a partner.
        line_rows: rows of the JSONL without a partner.
    """

    pairs: list[Pair]
    rows: list[CsvRow]
    line_rows: list[LineRow]


@dataclass(frozen=True)
class _Stretch(Generic[_Row]):
    """Rows of one side that stand together, and the matched rows around them."""

    before: Optional[_Anchor]
    after: Optional[_Anchor]
    rows: list[_Row]


def pair_leftovers(
    pairs: Sequence[Pair], rows: Sequence[CsvRow], line_rows: Sequence[LineRow]
) -> Leftovers:
    """Return rows without an equal, paired by their places between the rows that have one.

    Args:
        pairs: of rows that are the same.
        rows: of the CSV, without an equal.
        line_rows: single rows of the JSONL, without an equal.
    """
    rows, line_rows = sorted(rows, key=_place_of_row), sorted(line_rows, key=_first)
    if not (rows and line_rows):
        return Leftovers([], rows, line_rows)
    if not pairs:
        return _pair_in_order(rows, sorted(line_rows, key=_time_of_line_row))
    found: list[Pair] = []
    for order in (_first, _time_of_line_row):
        more, rows, line_rows = _pair_between(pairs, rows, line_rows, order)
        found += more
    return Leftovers(found, rows, line_rows)


def _pair_between(
    pairs: Sequence[Pair], rows: Sequence[CsvRow], line_rows: Sequence[LineRow], order: _Order
) -> Leftovers:
    left: list[tuple[CsvRow, Optional[LineRow]]] = [(pair.left, pair.right) for pair in pairs]
    left += [(row, None) for row in rows]
    right: list[tuple[LineRow, Optional[LineRow]]] = [(pair.right, pair.right) for pair in pairs]
    right += [(line_row, None) for line_row in line_rows]
    right_runs = _runs(sorted(right, key=lambda entry: order(entry[0])))
    by_before = {run.before: at for at, run in enumerate(right_runs)}
    by_after = {run.after: at for at, run in enumerate(right_runs)}
    # Two rows at ends of files are not in the same place only because both lack a neighbour.
    by_before.pop(None, None)
    by_after.pop(None, None)
    used: set[int] = set()
    found = Leftovers([], [], [])
    for run in _runs(sorted(left, key=lambda entry: _place_of_row(entry[0]))):
        places = (by_before.get(run.before), by_after.get(run.after))
        at = next((each for each in places if each is not None and each not in used), None)
        if at is None:
            found.rows.extend(run.rows)
            continue
        used.add(at)
        more = _pair_in_order(run.rows, right_runs[at].rows)
        found.pairs.extend(more.pairs)
        found.rows.extend(more.rows)
        found.line_rows.extend(more.line_rows)
    for at, others in enumerate(right_runs):
        if at not in used:
            found.line_rows.extend(others.rows)
    return found


def _runs(entries: Iterable[tuple[_Row, Optional[LineRow]]]) -> list[_Stretch[_Row]]:
    """Return the groups of unmatched rows that stand together.

    Args:
        entries: rows of one side in their order, each with its match in the JSONL.
    """
    runs: list[_Stretch[_Row]] = []
    before: Optional[_Anchor] = None
    alone: list[_Row] = []
    for row, matched in entries:
        if matched is None:
            alone.append(row)
            continue
        if alone:
            runs.append(_Stretch(before, _first(matched), alone))
            alone = []
        before = _last(matched)
    if alone:
        runs.append(_Stretch(before, None, alone))
    return runs


def _pair_in_order(rows: Iterable[CsvRow], line_rows: Sequence[LineRow]) -> Leftovers:
    """Return rows paired one by one, and what one side has more."""
    pairs = []
    queue = deque(rows)
    at = 0
    while at < len(line_rows) and queue:
        line_row, row = line_rows[at], queue[0]
        size = len(line_row.line.rows)
        whole = line_row.row == 0 and size > 1 and may_be_whole(row, line_row.line)
        if whole and line_rows[at + size - 1 : at + size] == [LineRow(line_row.line, size - 1)]:
            line_row = LineRow(line_row.line, None)
            at += size
        else:
            at += 1
        queue.popleft()
        pairs.append(Pair(row, line_row, line_row.differences(row)))
    return Leftovers(pairs, list(queue), list(line_rows[at:]))


def _place_of_row(row: CsvRow) -> tuple[int, int]:
    return (row.path, row.line)


def _time_of_line_row(line_row: LineRow) -> tuple[int, ...]:
    return (line_row.line.time_us, *_first(line_row))


def _first(line_row: LineRow) -> _Anchor:
    return (line_row.line.path, line_row.line.line, line_row.row or 0)


def _last(line_row: LineRow) -> _Anchor:
    row = len(line_row.line.rows) - 1 if line_row.row is None else line_row.row
    return (line_row.line.path, line_row.line.line, row)
