"""Rows of one id stand beside those of the first collection before that fits, and none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.read.matching import NONE, LinePosition, matched

# Of one collection: how many rows each line of the id has.
_SIDES = st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=2, max_size=5)


def _positions(lines: list[int]) -> list[LinePosition]:
    return [(line, row) for line, rows in enumerate(lines) for row in range(rows)]


def _pair(
    left: list[LinePosition], right: list[LinePosition]
) -> set[tuple[LinePosition, LinePosition]]:
    """Return which rows of two collections belong together, said in another way."""
    if not left or not right:
        return set()
    if left[-1][0] == right[-1][0]:
        return {(each, each) for each in set(left) & set(right)}
    return set(zip(left, right)) if len(left) == len(right) else set()


@given(sides=_SIDES)
def test_each_row_once(sides: list[list[int]]) -> None:
    """Every row of every collection is in one row of the result, in its order."""
    positions = [_positions(lines) for lines in sides]
    found = matched(positions)
    for side, own in enumerate(positions):
        places = [row[side] for row in found.rows if row[side] != NONE]
        assert sorted(places) == list(range(len(own)))
    assert all(any(at != NONE for at in row) for row in found.rows)
    assert len(set(found.orders)) == len(found.orders) == len(found.rows)


@given(sides=_SIDES)
def test_beside_the_first_that_fits(sides: list[list[int]]) -> None:
    """A collection's rows stand where they would in a join of the two alone."""
    positions = [_positions(lines) for lines in sides]
    found = matched(positions)
    apart = False
    for side, own in enumerate(positions):
        before = [other for other in range(side) if positions[other]]
        fits = [
            other
            for other in before
            if own and (positions[other][-1][0] == own[-1][0] or len(positions[other]) == len(own))
        ]
        if fits:
            other = fits[0]
            together = {
                (positions[other][row[other]], own[row[side]])
                for row in found.rows
                if NONE not in (row[other], row[side])
            }
            assert together == _pair(positions[other], own)
        elif own and before:
            apart = True
            for row in found.rows:
                assert row[side] == NONE or all(row[other] == NONE for other in before)
    assert found.are_apart == apart


def test_a_position_that_is_there_twice() -> None:
    """Frames that were put together keep all their rows."""
    found = matched([[(0, 0), (0, 0)], [(0, 0), (0, 0), (0, 0)]])
    assert sorted(found.rows) == [[NONE, 1], [NONE, 2], [0, 0], [1, NONE]]


def test_later_collections_fit_to_those_that_stand_apart() -> None:
    """Outputs stand beside their inputs, though neither fits to the request."""
    found = matched([[(0, 0)], [(0, 0), (1, 0), (2, 0)], [(0, 0), (0, 1), (0, 2)]])
    assert [row[1:] for row in found.rows if row[1] != NONE] == [[0, NONE], [1, NONE], [2, NONE]]
    again = matched([[(0, 0)], [(0, 0), (1, 0)], [(0, 0), (1, 0)]])
    assert [row[1:] for row in again.rows if row[1] != NONE] == [[0, 0], [1, 1]]
    assert found.are_apart
    assert again.are_apart
