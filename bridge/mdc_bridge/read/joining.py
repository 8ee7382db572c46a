"""Collections joined with each other."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Container, Sequence
from typing import Any

import pandas

from ..texts import counted
from .columns import with_room_for_gaps, without_needless_gaps
from .matching import NONE, LinePosition, matched
from .origin import COLLECTION, DEPLOYMENT, ENDPOINT, ID, LINE, ORIGIN, ROW, TIME

# Azure's monitoring joins on the id and the row's position. The position of the line among those
# of one id keeps a script that gives every request the same id from joining all with all.
_OF_ID = [ENDPOINT, DEPLOYMENT, ID]


def join_collections(
    left: pandas.DataFrame, right: pandas.DataFrame, suffix: str = "right"
) -> pandas.DataFrame:
    """Return the rows of one collection beside those of another, of the same id and position.

    Args:
        left: as `read` returns it, such as the rows of `model_inputs`.
        right: such as the rows of `model_outputs`.
        suffix: a column of `right` whose name `left` has too is named `{name}_{suffix}`.

    Returns:
        All rows of both, with gaps where the other side has none, and the `mdc_` columns of
        `left` where it has the row, by time. `mdc_collection` is `a+b` where both have it.

    Rows of an id that has as many lines on both sides are joined by the position of the line and
    of the row in it. Else they are joined by their position among all rows of the id, where these
    are as many on both sides: outputs that were collected row by row. Else which one is missing,
    nothing tells: they stay apart, and a UserWarning says how many ids these are.
    """
    return side_by_side([left, right], ["left", suffix])


def side_by_side(frames: Sequence[pandas.DataFrame], suffixes: Sequence[str]) -> pandas.DataFrame:
    """Return the rows of collections beside each other; see `join_collections` and `matching`.

    Args:
        frames: of the collections, each with rows of its own.
        suffixes: of columns whose names an earlier frame has too.
    """
    filled = next((frame for frame in frames if not frame.empty), frames[0])
    # A side without rows does not know the types of its columns.
    types = filled.dtypes[list(ORIGIN)].to_dict()
    frames = [frame.astype(types) if frame.empty else frame for frame in frames]
    keys, rows = _matched(frames)
    sides = []
    names: list[str] = []
    for at, (frame, suffix) in enumerate(zip(frames, suffixes)):
        own = list(frame.columns) if at == 0 else names_beside(names, frame.columns, suffix)
        numbered = with_room_for_gaps(frame.set_axis(own, axis=1).reset_index(drop=True))
        sides.append(numbered.reindex([row[at] for row in rows]).reset_index(drop=True))
        names += [name for name in own if name not in ORIGIN or at == 0]
    joined = pandas.concat(
        [sides[0], *(side.drop(columns=list(ORIGIN)) for side in sides[1:])], axis=1
    )
    for name in ORIGIN:
        for side in sides[1:]:
            joined[name] = joined[name].where(joined[name].notna(), side[name])
    have = [side[COLLECTION].notna() for side in sides]
    joined[COLLECTION] = [
        "+".join(name for name, has in zip(row, held) if has)
        for row, held in zip(zip(*(side[COLLECTION] for side in sides)), zip(*have))
    ]
    # Rows of one time stay sorted by their keys.
    order = sorted(range(len(keys)), key=keys.__getitem__)
    by_time = joined.iloc[order].sort_values(
        TIME, kind="stable", ignore_index=True, na_position="first"
    )
    return without_needless_gaps(by_time, by_time.columns)


def _matched(
    frames: Sequence[pandas.DataFrame],
) -> tuple[list[tuple[Any, ...]], list[list[int]]]:
    """Return where each joined row comes, and which rows of the frames it holds."""
    groups: dict[tuple[str, str, str], list[list[int]]] = {}
    positions: list[list[LinePosition]] = []
    for side, frame in enumerate(frames):
        positions.append(list(zip(frame[LINE].tolist(), frame[ROW].tolist())))
        for at, group in enumerate(zip(*(frame[name].tolist() for name in _OF_ID))):
            groups.setdefault(group, [[] for _ in frames])[side].append(at)
    keys: list[tuple[Any, ...]] = []
    rows: list[list[int]] = []
    apart = []
    for group, numbers in groups.items():
        found = matched([[of[at] for at in own] for of, own in zip(positions, numbers)])
        if found.are_apart:
            apart.append(group)
        keys += [(*group, *order) for order in found.orders]
        rows += [
            [NONE if at == NONE else own[at] for own, at in zip(numbers, row)] for row in found.rows
        ]
    if apart:
        message = apart_message(len(apart), min(apart)[-1])
        warnings.warn(message, UserWarning, stacklevel=4)  # the caller's line
    return keys, rows


def names_beside(left: Collection[str], right: Collection[str], suffix: str) -> list[str]:
    """Return the names of columns that stand beside others: changed where these have them too."""
    ours = set(left)
    taken = ours.union(right)
    names = []
    for name in right:
        if name not in ORIGIN and name in ours:
            name = free_name(f"{name}_{suffix}", taken)
            taken.add(name)
        names.append(name)
    return names


def apart_message(number: int, example: str) -> str:
    """Return the message about ids whose rows were not joined."""
    return (
        f"{counted(number, 'id')} with lines or rows missing on one side, such as {example!r}: "
        "their rows are not joined"
    )


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken, with as many underscores behind it as that needs."""
    while name in taken:
        name += "_"
    return name
