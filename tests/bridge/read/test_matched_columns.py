"""Rows of all ids that are matched at once are those that matching id by id gives."""

from __future__ import annotations

import numpy
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.read.matched_columns import SideColumns, matched_columns, ranks_of
from mdc_bridge.read.matching import NONE, matched

# Of each collection, for each id, how many rows its lines have.
_SIDES = st.integers(1, 4).flatmap(
    lambda ids: st.lists(
        st.lists(st.lists(st.integers(1, 3), max_size=3), min_size=ids, max_size=ids),
        min_size=2,
        max_size=4,
    )
)


@given(sides=_SIDES)
def test_any_sides(sides: list[list[list[int]]]) -> None:
    """Collections with any lines and rows, of ids that stand among each other."""
    columns = []
    for side in sides:
        rows = [
            (at, line, row)
            for line in range(3)
            for at, lines in enumerate(side)
            for row in range(lines[line] if line < len(lines) else 0)
        ]
        columns.append(SideColumns(*numpy.array(rows, numpy.int64).reshape(-1, 3).T))
    ids = len(sides[0])
    is_there = numpy.unique(numpy.concatenate([each.groups for each in columns])).tolist()
    if is_there != list(range(ids)):
        return  # every id has a row
    found = matched_columns(columns, ids)
    rows_found = []
    for group, side, *held in zip(found.groups.tolist(), found.sides.tolist(), *found.rows):
        first = next(at for at, number in enumerate(held) if number != NONE)
        line, row = (int(each[held[first]]) for each in columns[first][1:])
        rows_found.append((group, (side, line, row), [int(number) for number in held]))
    expected = []
    apart = []
    for group in range(ids):
        numbers = [numpy.flatnonzero(each.groups == group).tolist() for each in columns]
        one = matched(
            [
                [(int(each.lines[at]), int(each.rows[at])) for at in own]
                for each, own in zip(columns, numbers)
            ]
        )
        apart += [group] * one.are_apart
        for held, order in zip(one.rows, one.orders):
            of_all = [NONE if at == NONE else own[at] for own, at in zip(numbers, held)]
            expected.append((group, order, of_all))
    assert sorted(rows_found) == sorted(expected)
    assert found.apart.tolist() == apart


@given(st.lists(st.integers(0, 3)))
def test_ranks(groups: list[int]) -> None:
    """How many before each are of the same group."""
    expected = [groups[:at].count(each) for at, each in enumerate(groups)]
    assert ranks_of(numpy.array(groups, numpy.int64)).tolist() == expected
