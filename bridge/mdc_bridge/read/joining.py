"""Inputs joined to outputs, and either to what turned out to be true."""

from __future__ import annotations

import warnings
from typing import Union

import pandas

from mdc_core.errors import SettingsError

from .columns import with_room_for_gaps, without_needless_gaps
from .frames import COLLECTION, DEPLOYMENT, ENDPOINT, ID, LINE, ORIGIN, ROW, TIME

# Azure's monitoring joins on the id and the row's position. The position of the line among those
# of one id keeps a script that gives every request the same id from joining all with all.
KEYS = (ENDPOINT, DEPLOYMENT, ID, LINE, ROW)

# No name of a column that anybody chose holds a NUL.
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
    """
    names = {
        name: _free_name(f"{name}_{suffix}", left)
        for name in right.columns
        if name not in ORIGIN and name in left.columns
    }
    joined = with_room_for_gaps(left).merge(
        with_room_for_gaps(right.rename(columns=names)),
        on=list(KEYS),
        how="outer",
        sort=False,
        suffixes=("", _OTHER),
    )
    ours, theirs = joined[COLLECTION], joined[f"{COLLECTION}{_OTHER}"]
    both = ours.notna() & theirs.notna()
    joined[COLLECTION] = ours.where(~both, ours + "+" + theirs)
    for name in ORIGIN:
        if name not in KEYS:
            joined[name] = joined[name].where(joined[name].notna(), joined.pop(f"{name}{_OTHER}"))
    # A join of all rows of both sorts them by their keys.
    by_time = joined.sort_values(TIME, kind="stable", ignore_index=True)
    return without_needless_gaps(by_time)


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
            f"the ground truth has {str(repeated.iloc[0])!r} in its column {theirs!r} more than "
            "once; valid: one row for each value"
        )
    names = {
        name: _free_name(f"{name}_truth", frame)
        for name in truth.columns
        if name in frame.columns and name != theirs
    }
    right = with_room_for_gaps(truth.rename(columns=names))
    right.insert(0, _KEY, truth[theirs].to_numpy())
    if theirs in frame.columns:
        right = right.drop(columns=theirs)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # keys of 1.5 join no integers
            joined = frame.merge(right, left_on=ours, right_on=_KEY, how="left", sort=False)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"{ours!r} of the collected data ({frame[ours].dtype}) and {theirs!r} of the ground "
            f"truth ({truth[theirs].dtype}) cannot be joined: {error}"
        ) from None
    return without_needless_gaps(joined.drop(columns=_KEY))


def _free_name(name: str, frame: pandas.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name
