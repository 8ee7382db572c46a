"""Collections joined with each other, and with what turned out to be true."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Container, Sequence
from typing import Any, Union

import pandas

from mdc_core.errors import SettingsError

from ..texts import counted
from .columns import with_room_for_gaps, without_needless_gaps
from .frames import COLLECTION, DEPLOYMENT, ENDPOINT, ID, LINE, ORIGIN, ROW, TIME
from .matching import NONE, Position, matched

# Azure's monitoring joins on the id and the row's position. The position of the line among those
# of one id keeps a script that gives every request the same id from joining all with all.
_OF_ID = [ENDPOINT, DEPLOYMENT, ID]

# No name of a column that anybody chose holds a NUL.
_KEY = "\0key"


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
    return side_by_side([left, right], ["left", suffix], stacklevel=3)


def side_by_side(
    frames: Sequence[pandas.DataFrame], suffixes: Sequence[str], stacklevel: int = 2
) -> pandas.DataFrame:
    """Return the rows of collections beside each other; see `join_collections` and `matching`.

    Args:
        frames: of the collections, each with rows of its own.
        suffixes: of columns whose names an earlier frame has too.
        stacklevel: of the warning.
    """
    filled = next((frame for frame in frames if not frame.empty), frames[0])
    # A side without rows does not know the types of its columns.
    types = filled.dtypes[list(ORIGIN)].to_dict()
    frames = [frame.astype(types) if frame.empty else frame for frame in frames]
    keys, rows = _matched(frames, stacklevel + 1)
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
    by_time = joined.iloc[order].sort_values(TIME, kind="stable", ignore_index=True)
    return without_needless_gaps(by_time, by_time.columns)


def _matched(
    frames: Sequence[pandas.DataFrame], stacklevel: int
) -> tuple[list[tuple[Any, ...]], list[list[int]]]:
    """Return where each joined row comes, and which rows of the frames it holds."""
    groups: dict[tuple[str, str, str], list[list[int]]] = {}
    positions: list[list[Position]] = []
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
        warnings.warn(
            told_apart(len(apart), min(apart)[-1]), UserWarning, stacklevel=stacklevel + 1
        )
    return keys, rows


def names_beside(left: Collection[str], right: Collection[str], suffix: str) -> list[str]:
    """Return the names of columns that stand beside others: changed where these have them too."""
    ours = set(left)
    taken = ours.union(right)
    names = []
    for name in right:
        if name not in ORIGIN and name in ours:
            name = _free_name(f"{name}_{suffix}", taken)
            taken.add(name)
        names.append(name)
    return names


def told_apart(number: int, example: str) -> str:
    """Return the message about ids whose rows were not joined."""
    return (
        f"{counted(number, 'id')} with lines or rows missing on one side, such as {example!r}: "
        "their rows are not joined"
    )


def join_truth(
    frame: pandas.DataFrame, truth: pandas.DataFrame, on: Union[str, tuple[str, str]]
) -> pandas.DataFrame:
    """Return collected rows with what turned out to be true beside them.

    Args:
        frame: as `read` returns it.
        truth: one row for each value of its key; rows without one are left out.
        on: a column of both, or the names it has in `frame` and in `truth`.

    Returns:
        All rows of `frame`, with gaps where `truth` has no row. A column of `truth` whose name
        `frame` has too is named `{name}_truth`.

    Raises:
        SettingsError: a column is not there, the key is not unique, or the types do not fit.
    """
    return TruthBeside(frame, truth, on).joined(frame)


class TruthBeside:
    """Ground truth, ready to stand beside rows of the same columns.

    Args:
        frame: with the columns and types of the rows.
        truth: see `join_truth`.
        on: see `join_truth`.

    Attributes:
        key: the column of the rows that is joined on.
        columns: of the truth, under the names that they get.

    Raises:
        SettingsError: a column is not there, or the key is not unique.
    """

    def __init__(
        self, frame: pandas.DataFrame, truth: pandas.DataFrame, on: Union[str, tuple[str, str]]
    ) -> None:
        ours, theirs = (on, on) if isinstance(on, str) else on
        sides = ((ours, frame, "collected data have"), (theirs, truth, "ground truth has"))
        for name, side, what in sides:
            if name not in side.columns:
                raise SettingsError(
                    f"the {what} no column {name!r}; valid: {', '.join(map(str, side.columns))}"
                )
        truth = truth[truth[theirs].notna()]  # pandas would take two missing keys for equal ones
        repeated = truth[theirs][truth[theirs].duplicated()]
        if len(repeated):
            raise SettingsError(
                f"the ground truth has {str(repeated.iloc[0])!r} in its column {theirs!r} more "
                "than once; valid: one row for each value"
            )
        names = {
            name: _free_name(f"{name}_truth", frame.columns)
            for name in truth.columns
            if name in frame.columns and name != theirs
        }
        right = with_room_for_gaps(truth.rename(columns=names))
        right.insert(0, _KEY, truth[theirs].to_numpy())
        if theirs in frame.columns:
            right = right.drop(columns=theirs)
        self.key = ours
        self.columns = right.drop(columns=_KEY)
        self._right = right
        self._theirs = theirs
        self._rows = 0
        self._is_used = False

    @property
    def unused(self) -> str:
        """What to say if rows were joined and none of them found its truth; else nothing."""
        if self._is_used or not self._rows:
            return ""
        keys = self._right[_KEY]
        example = f", such as {str(keys.iloc[0])!r}" if len(keys) else ""
        return (
            f"none of these rows has ground truth: its column {self._theirs!r} has "
            f"{counted(len(keys), 'value')}{example}, and {self.key!r} has none of them"
        )

    def joined(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        """Return all rows with the truth beside them; see `joined_part`.

        Warns if it is beside none of them.
        """
        found = without_needless_gaps(self.joined_part(frame), self.columns.columns)
        if self.unused:
            warnings.warn(self.unused, UserWarning, stacklevel=4)
        return found

    def joined_part(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        """Return some of the rows with the truth beside them, of the same types in each part.

        Raises:
            SettingsError: the types of the keys do not fit.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # keys of 1.5 join no integers
                joined = frame.merge(
                    self._right, left_on=self.key, right_on=_KEY, how="left", sort=False
                )
        except (TypeError, ValueError) as error:
            raise SettingsError(
                f"{self.key!r} of the collected data ({frame[self.key].dtype}) and "
                f"{self._theirs!r} of the ground truth ({self._right[_KEY].dtype}) cannot be "
                f"joined: {error}"
            ) from None
        self._rows += len(joined)
        self._is_used = self._is_used or bool(joined[_KEY].notna().any())
        return joined.drop(columns=_KEY)


def _free_name(name: str, taken: Container[str]) -> str:
    while name in taken:
        name += "_"
    return name
