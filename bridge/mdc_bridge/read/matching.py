"""Which rows of several collections stand beside each other, of one id.

A collection is matched with the first before it that fits. One that has as many lines fits: rows
are matched by the position of the line and of the row in it. Else one that has as many rows fits:
they are matched in their order, as outputs that were collected row by row are. Where none fits,
which line is missing nothing tells: the rows stay apart, and those of later collections may fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple, Optional

NONE = -1
# A row's line among those of its id, and its place in that line.
LinePosition = tuple[int, int]


class RowsBeside(NamedTuple):
    """Rows side by side.

    Attributes:
        rows: for each row that results, which row of each collection it holds, by number; `NONE`
            where a collection has none for it.
        orders: where each comes among those of its id.
        are_apart: a collection did not fit to any before it.
    """

    rows: list[list[int]]
    orders: list[tuple[int, int, int]]
    are_apart: bool


def matched(sides: Sequence[Sequence[LinePosition]]) -> RowsBeside:
    """Return the rows of one id side by side.

    Args:
        sides: of each collection, the positions of the rows, in their order.
    """
    found: list[list[int]] = []
    orders: list[tuple[int, int, int]] = []
    # For each side its last line, the index of its positions, and the index of its rows. Sides that
    # were matched by their positions share these.
    lasts: list[int] = []
    placed: list[tuple[int, dict[LinePosition, int]]] = []
    own: list[list[int]] = []
    are_apart = False
    for side, rows in enumerate(sides):
        last = max((line for line, _ in rows), default=NONE)
        number, known = side, dict[LinePosition, int]()
        places: Iterable[Optional[int]] = repeat(None)
        if rows:
            for other in range(side):
                if lasts[other] == last:
                    number, known = placed[other]
                    places = map(known.get, rows)
                    break
                if len(sides[other]) == len(rows):
                    places = own[other]
                    break
            else:
                are_apart = are_apart or any(sides[:side])
        mine: list[int] = []
        for at, (position, place) in enumerate(zip(rows, places)):
            # Frames that were put together may have a position twice.
            if place is None or found[place][side] != NONE:
                place = len(found)
                found.append([NONE] * len(sides))
                orders.append((number, *position))
            known.setdefault(position, place)
            found[place][side] = at
            mine.append(place)
        lasts.append(last)
        placed.append((number, known))
        own.append(mine)
    return RowsBeside(found, orders, are_apart)
