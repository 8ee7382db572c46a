"""Inputs joined to outputs, and either to what turned out to be true."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Container
from typing import Union

import pandas

from mdc_core.errors import SettingsError

from ..counted import counted
from .columns import with_room_for_gaps, without_needless_gaps
from .frames import COLLECTION, DEPLOYMENT, ENDPOINT, ID, LINE, ORIGIN, ROW, TIME

# Azure's monitoring joins on the id and the row's position. The position of the line among those
# of one id keeps a script that gives every request the same id from joining all with all.
_OF_ID = [ENDPOINT, DEPLOYMENT, ID]

_COUNTS = pandas.MultiIndex.from_product([["max", "size"], [0, 1]])

# No name of a column that anybody chose holds a NUL.
_LINE = "\0line"
_ROW = "\0row"
_OTHER = "\0other"
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
    if left.empty != right.empty:
        # A side without rows does not know the types of its columns.
        types = (right if left.empty else left).dtypes[list(ORIGIN)].to_dict()
        left, right = left.astype(types), right.astype(types)
    names = names_beside(left.columns, right.columns, suffix)
    left_keys, right_keys = _keys(left, right)
    joined = with_room_for_gaps(left.assign(**left_keys)).merge(
        with_room_for_gaps(right.set_axis(names, axis=1).assign(**right_keys)),
        on=[*_OF_ID, _LINE, _ROW],
        how="outer",
        sort=True,
        suffixes=("", _OTHER),
    )
    joined = joined.drop(columns=[_LINE, _ROW])
    ours, theirs = joined[COLLECTION], joined[f"{COLLECTION}{_OTHER}"]
    both = ours.notna() & theirs.notna()
    joined[COLLECTION] = ours.where(~both, ours + "+" + theirs)
    for name in ORIGIN:
        if name not in _OF_ID:
            joined[name] = joined[name].where(joined[name].notna(), joined.pop(f"{name}{_OTHER}"))
    # Rows of one time stay sorted by their keys.
    by_time = joined.sort_values(TIME, kind="stable", ignore_index=True)
    return without_needless_gaps(by_time)


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


def _keys(
    left: pandas.DataFrame, right: pandas.DataFrame
) -> tuple[dict[str, pandas.Series], dict[str, pandas.Series]]:
    """Return the positions of the rows of both sides that are joined on."""
    sides = pandas.concat([left[[*_OF_ID, LINE]], right[[*_OF_ID, LINE]]], keys=[0, 1])
    sides = sides.reset_index(level=0, names="side").reset_index(drop=True)
    # By id and side: the number of lines, and of rows.
    counts = sides.groupby([*_OF_ID, "side"], dropna=False)[LINE].agg(["max", "size"]).unstack()
    # A side without rows has no columns.
    both = pandas.DataFrame(counts, columns=_COUNTS).dropna()
    uneven = both[both["max", 0] != both["max", 1]]
    by_row = uneven[uneven["size", 0] == uneven["size", 1]].index
    apart = uneven.index.difference(by_row)
    if len(apart):
        warnings.warn(told_apart(len(apart), apart[0][-1]), UserWarning, stacklevel=3)
    return _keys_of(left, by_row, apart, -2), _keys_of(right, by_row, apart, -3)


def told_apart(number: int, example: str) -> str:
    """Return the message about ids whose rows were not joined."""
    return (
        f"{counted(number, 'id')} with lines or rows missing on one side, such as {example!r}: "
        "their rows are not joined"
    )


def _keys_of(
    frame: pandas.DataFrame, by_row: pandas.Index, apart: pandas.Index, none: int
) -> dict[str, pandas.Series]:
    ids = pandas.MultiIndex.from_frame(frame[_OF_ID])
    is_by_row, is_apart = ids.isin(by_row), ids.isin(apart)
    position = frame.groupby(_OF_ID, dropna=False).cumcount()
    line = frame[LINE].mask(is_by_row, -1).mask(is_apart, none)
    return {_LINE: line, _ROW: frame[ROW].mask(is_by_row, position)}


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

    def joined(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        """Return rows with the truth beside them.

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
        return without_needless_gaps(joined.drop(columns=_KEY))


def _free_name(name: str, taken: Container[str]) -> str:
    while name in taken:
        name += "_"
    return name
