"""Which rows of several collections stand beside each other, of all ids at once: see `matching`.

Of most ids, lines or rows are as many on all sides, or there are two sides. These are matched in
whole columns; the others one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy

from .matching import NONE, matched


class SideColumns(NamedTuple):
    """The rows of one collection, by time.

    Attributes:
        groups: the number of the id of each.
        lines: its line among those of its id.
        rows: its place in that line.
    """

    groups: Any
    lines: Any
    rows: Any


class MatchedColumns(NamedTuple):
    """Rows side by side, those of an id in no order.

    Attributes:
        rows: for each collection, which row of it each row that results holds, or `NONE`.
        groups: the number of the id of each.
        sides: the first number of the orders of `RowsBeside`; the others are the line and the place
            of the row of the first collection that has one.
        apart: the numbers of the ids of which a collection did not fit.
    """

    rows: list[Any]
    groups: Any
    sides: Any
    apart: Any


def matched_columns(sides: Sequence[SideColumns], groups: int) -> MatchedColumns:
    """Return the rows of all ids side by side.

    Args:
        sides: of each collection.
        groups: how many ids there are.
    """
    counts = numpy.array([numpy.bincount(side.groups, minlength=groups) for side in sides])
    firsts = (counts > 0).argmax(axis=0)
    if counts.max(initial=0) <= 1:
        found = []
        for side in sides:
            rows = numpy.full(groups, NONE)
            rows[side.groups] = numpy.arange(len(side.groups))
            found.append(rows)
        return MatchedColumns(found, numpy.arange(groups), firsts, numpy.empty(0, numpy.int64))
    return _by_slots(sides, counts, firsts)


def _by_slots(sides: Sequence[SideColumns], counts: Any, firsts: Any) -> MatchedColumns:
    """Return the rows side by side: those of one slot, which are four numbers."""
    groups = counts.shape[1]
    lasts = numpy.full(counts.shape, NONE)
    for last, each in zip(lasts, sides):
        last[each.groups] = each.lines  # the last one stays
    every = numpy.arange(groups)
    are_missing = counts == 0
    have_lines = (are_missing | (lasts == lasts[firsts, every])).all(axis=0)
    have_rows = (are_missing | (counts == counts[firsts, every])).all(axis=0)
    is_pair = (~are_missing).sum(axis=0) == 2
    by_order = ~have_lines & have_rows & is_pair
    are_apart = ~have_lines & ~have_rows & is_pair
    others = ~have_lines & ~is_pair

    group, line, row = (numpy.concatenate(columns) for columns in zip(*sides))
    side = numpy.repeat(numpy.arange(len(sides)), [len(each.groups) for each in sides])
    number = numpy.concatenate([numpy.arange(len(each.groups)) for each in sides])
    slot = [group, numpy.where(are_apart[group], side + 1, 0), line, row]
    sorts = firsts[group]
    sorts = numpy.where(are_apart[group], side, sorts)
    if by_order.any():
        chosen = by_order[group]
        ranks = numpy.concatenate([ranks_of(each.groups) for each in sides])
        slot[2] = numpy.where(chosen, ranks, slot[2])
        slot[3] = numpy.where(chosen, 0, slot[3])
    if others.any():
        _match_each(others, (group, side, line, row), slot, sorts, are_apart)

    order = numpy.lexsort([side, *reversed(slot)])
    slot = [each[order] for each in slot]
    is_new = numpy.append([True], numpy.logical_or.reduce([each[1:] != each[:-1] for each in slot]))
    place = numpy.cumsum(is_new) - 1
    found = []
    for at in range(len(sides)):
        rows = numpy.full(int(is_new.sum()), NONE)
        here = side[order] == at
        rows[place[here]] = number[order][here]
        found.append(rows)
    return MatchedColumns(
        found, slot[0][is_new], sorts[order][is_new], numpy.flatnonzero(are_apart)
    )


def _match_each(
    others: Any, columns: Sequence[Any], slot: list[Any], sorts: Any, are_apart: Any
) -> None:
    """Match ids one by one, and change the slots of their rows, and where these come."""
    group, side, line, row = columns
    entries = numpy.flatnonzero(others[group])
    entries = entries[numpy.argsort(group[entries], kind="stable")]
    bounds = numpy.flatnonzero(numpy.diff(group[entries])) + 1
    for of_group in numpy.split(entries, bounds):
        of_sides = [of_group[side[of_group] == at] for at in range(int(side.max()) + 1)]
        found = matched([list(zip(line[own].tolist(), row[own].tolist())) for own in of_sides])
        are_apart[group[of_group[0]]] = found.are_apart
        for place, (held, order) in enumerate(zip(found.rows, found.orders)):
            for own, at in zip(of_sides, held):
                if at != NONE:
                    slot[1][own[at]] = slot[3][own[at]] = 0
                    slot[2][own[at]] = place
                    sorts[own[at]] = order[0]


def ranks_of(groups: Any) -> Any:
    """Return how many before each are of the same group."""
    order = numpy.argsort(groups, kind="stable")
    in_order = groups[order]
    starts = numpy.flatnonzero(numpy.append([True], in_order[1:] != in_order[:-1]))
    counts = numpy.diff(numpy.append(starts, len(groups)))
    ranks = numpy.empty(len(groups), numpy.int64)
    ranks[order] = numpy.arange(len(groups)) - numpy.repeat(starts, counts)
    return ranks
