"""Which CSV row is which row of the JSONL, and where they differ.

A CSV row is one row object, or stands for a whole line: the old SDK wrote a 1-D value of n
entries, and a list of n sequences, as one row of n cells, where the row rule of the JSONL makes n
rows of them, or n columns.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple, Optional

from ..equality.rows import (
    RowKey,
    key_of_cells,
    key_of_lists,
    key_of_row,
    key_of_whole,
    whole_widths,
)
from .leftovers import pair_leftovers
from .pairs import LineRow, Pair, may_be_whole
from .rows import CsvRow, JsonLine

_MOST_LOOKED_AT = 200


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
    right: list[LineRow]
    in_order: bool = True
    repeats: frozenset[int] = frozenset()


def match_by_position(rows: Sequence[CsvRow], lines: Sequence[JsonLine]) -> Matched:
    """Match the rows of one correlation id: by position, else by content.

    Args:
        rows: in the order of their files.
        lines: in the order in which they were written.
    """
    line_rows = _line_rows_in_order(rows, lines)
    if line_rows is None and sum(row.rows for row in rows) == sum(len(line.rows) for line in lines):
        # 1-D values of one id, where one line holds those of several.
        rows = [part for row in rows for part in row.upright()]
        line_rows = _line_rows_in_order(rows, lines)
    if line_rows is None:
        return match_by_content(rows, lines)
    pairs = [
        Pair(row, line_row, line_row.differences(row)) for row, line_row in zip(rows, line_rows)
    ]
    if any(pair.differences for pair in pairs) and len(pairs) > 1:
        by_content = match_by_content(rows, lines)
        if not any(pair.differences for pair in by_content.pairs) and not by_content.left:
            # Only within a line does the order say which row is which.
            return by_content._replace(in_order=len(lines) > 1)
    return Matched(pairs, [], [])


def match_by_content(rows: Sequence[CsvRow], lines: Sequence[JsonLine]) -> Matched:
    """Match rows and lines as multisets; what is left over is paired by its place.

    Args:
        rows: in the order of their files.
        lines: in the order in which they were written.
    """
    waiting: dict[RowKey, deque[CsvRow]] = defaultdict(deque)
    widths = set()
    for row in rows:
        waiting[key_of_cells(row.cells)].append(row)
        widths.add(len(row.cells))
    known = frozenset(waiting)
    pairs: list[Pair] = []
    rest: list[LineRow] = []
    repeats: set[int] = set()
    for line in lines:
        whole = _take_whole(waiting, line) if widths & whole_widths(line.rows) else None
        if whole is not None:
            pairs.append(whole)
            continue
        whole_key = key_of_whole(line.rows)
        for at, row_object in enumerate(line.rows):
            key = key_of_row(row_object)
            line_row = LineRow(line, at)
            found = _take(waiting, key, line_row)
            if found is not None:
                pairs.append(found)
                continue
            rest.append(line_row)
            if key in known or whole_key in known:
                repeats.add(id(line_row))
    left = [row for queue in waiting.values() for row in queue]
    taken = {key_of_cells(pair.left.cells) for pair in pairs}
    repeats |= {id(row) for row in left if key_of_cells(row.cells) in taken}
    # A header is a row only when the JSONL has it too.
    left = [row for row in left if not row.is_header and not _names(row, lines)]
    rest_of_both = pair_leftovers(
        pairs,
        [row for row in left if id(row) not in repeats],
        [line_row for line_row in rest if id(line_row) not in repeats],
    )
    return Matched(
        pairs + rest_of_both.pairs,
        rest_of_both.rows + [row for row in left if id(row) in repeats],
        rest_of_both.line_rows + [line_row for line_row in rest if id(line_row) in repeats],
        repeats=frozenset(repeats),
    )


def _names(row: CsvRow, lines: Sequence[JsonLine]) -> bool:
    """Return whether the first row of a file gives the names that lines have, as its header does.

    Names such as `0` and `1.5` do not look like a header.
    """
    return row.line == 1 and any(row.cells == tuple(each) for line in lines for each in line.rows)


def _line_rows_in_order(
    rows: Sequence[CsvRow], lines: Sequence[JsonLine]
) -> Optional[list[LineRow]]:
    """Return what each CSV row should be in the JSONL; None when the numbers do not fit."""
    line_rows = [LineRow(line, at) for line in lines for at in range(len(line.rows))]
    widths = [len(row_object) for line in lines for row_object in line.rows]
    if widths == [len(row.cells) for row in rows]:
        return line_rows
    written = [line for line in lines if line.rows]
    if len(rows) == len(written) and all(map(may_be_whole, rows, written)):
        return [LineRow(line, None) for line in written]
    return line_rows if len(rows) == len(line_rows) else None


def _take_whole(waiting: dict[RowKey, deque[CsvRow]], line: JsonLine) -> Optional[Pair]:
    if len(line.rows) == 1 == len(line.rows[0]):
        return None
    line_row = LineRow(line, None)
    key = key_of_whole(line.rows)
    found = None if key is None else _take(waiting, key, line_row)
    for width in whole_widths(line.rows):
        found = found or _take(waiting, key_of_lists(width), line_row)
    return found


def _take(waiting: dict[RowKey, deque[CsvRow]], key: RowKey, line_row: LineRow) -> Optional[Pair]:
    """Take the first CSV row that is the same as a row of a line."""
    queue = waiting.get(key)
    if queue is None:
        return None
    # Nested values share a key whatever they are; what is not found here is paired in its order.
    for row in islice(queue, _MOST_LOOKED_AT):
        if not line_row.differences(row):
            queue.remove(row)
            if not queue:
                del waiting[key]
            return Pair(row, line_row, [])
    return None
