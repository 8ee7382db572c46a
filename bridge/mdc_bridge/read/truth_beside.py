"""Ground truth: from a CSV file, and beside the rows that turned out so."""

from __future__ import annotations

import contextlib
import warnings
from pathlib import Path
from typing import Any, Union

import numpy
import orjson
import pandas

from mdc_core.errors import SettingsError, StoreError

from ..archive.json_types import BOOLEANS, NULLS, STRING, column_type
from ..texts import counted
from .columns import column_of, with_room_for_gaps, without_needless_gaps
from .joining import free_name
from .matching import NONE

# No name of a column that anybody chose holds a NUL.
_KEY = "\0key"
_POSITION = "\0position"
_JSON = {**NULLS, **BOOLEANS}


def read_truth(path: Path, key: str, has_number_keys: bool) -> pandas.DataFrame:
    """Return a CSV file; digits that are not a number in JSON, such as `007`, stay texts.

    Args:
        path: of the file, with a header.
        key: the column it is joined on.
        has_number_keys: whether the keys of the collected rows are numbers; otherwise those of
            the file are texts, whatever they look like.

    Returns:
        Columns of numbers or booleans where every cell is one or missing, otherwise of texts.

    Raises:
        StoreError: it cannot be read.
        SettingsError: it is not CSV.
    """
    try:
        truth = pandas.read_csv(path, dtype=str)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not valid CSV: {error}") from None
    if len(truth) and not isinstance(truth.index, pandas.RangeIndex):
        # pandas takes first cells for labels of rows, and puts all others under the wrong names.
        raise SettingsError(f"{path}: its rows have more cells than its header has names")
    for name in truth.columns:
        if name != key or has_number_keys:
            truth[name] = _typed(truth[name])
    if has_number_keys and key in truth:
        with contextlib.suppress(ValueError):  # joining says what does not fit
            truth[key] = pandas.to_numeric(truth[key])
    return truth


def _typed(texts: pandas.Series) -> pandas.Series:
    cells = [text.encode() for text in texts.fillna("")]
    if column_type(cells) in (None, STRING):
        return texts
    values = orjson.loads(b"[%s]" % b",".join(_JSON.get(cell, cell) for cell in cells))
    return pandas.Series(column_of(values), index=texts.index)


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
    beside = TruthBeside(frame, truth, on)
    joined = without_needless_gaps(beside.joined(frame), beside.columns.columns)
    if beside.unused:
        warnings.warn(beside.unused, UserWarning, stacklevel=3)
    return joined


class TruthBeside:
    """Ground truth, ready to stand beside rows of the same columns.

    Args:
        frame: with the columns and types of the rows.
        truth: see `join_truth`.
        on: see `join_truth`.

    Attributes:
        key: the column of the rows that is joined on.
        columns: of the truth, under the names that they get.
        keys: its values of the key, row by row.

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
            name: free_name(f"{name}_truth", frame.columns)
            for name in truth.columns
            if name in frame.columns and name != theirs
        }
        right = with_room_for_gaps(truth.rename(columns=names))
        right.insert(0, _KEY, _fitting(truth[theirs], frame[ours].dtype))
        if theirs in frame.columns:
            right = right.drop(columns=theirs)
        self.key = ours
        self.columns = right.drop(columns=_KEY)
        self.keys = right[_KEY]
        self._right = right
        self._theirs = theirs
        self._rows = 0
        self._is_used = False

    def note(self, rows: int, is_used: bool) -> None:
        """Take into account, for `unused`, rows that were joined.

        Args:
            rows: how many these are.
            is_used: whether any of them found its truth.
        """
        self._rows += rows
        self._is_used = self._is_used or is_used

    @property
    def unused(self) -> str:
        """What to say if rows were joined and none of them found its truth; else nothing."""
        if self._is_used or not self._rows:
            return ""
        keys = self.keys
        example = f", such as {str(keys.iloc[0])!r}" if len(keys) else ""
        return (
            f"none of these rows has ground truth: its column {self._theirs!r} has "
            f"{counted(len(keys), 'value')}{example}, and {self.key!r} has none of them"
        )

    def joined(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        """Return some of the rows with the truth beside them, of the same types in each part.

        Raises:
            SettingsError: the types of the keys do not fit.
        """
        return self._beside(frame, self._right)

    def positions(self, frame: pandas.DataFrame) -> Any:
        """Return which row of the truth each row has, as numpy's; negative for none.

        Raises:
            SettingsError: the types of the keys do not fit.
        """
        numbered = self._right[[_KEY]].assign(**{_POSITION: range(len(self._right))})
        found = self._beside(frame, numbered)[_POSITION].to_numpy(float)
        return numpy.where(numpy.isnan(found), NONE, found).astype(numpy.int64)

    def _beside(self, frame: pandas.DataFrame, right: pandas.DataFrame) -> pandas.DataFrame:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # keys of 1.5 join no integers
                joined = frame.merge(right, left_on=self.key, right_on=_KEY, how="left", sort=False)
        except (TypeError, ValueError) as error:
            raise SettingsError(
                f"{self.key!r} of the collected data ({frame[self.key].dtype}) and "
                f"{self._theirs!r} of the ground truth ({self.keys.dtype}) cannot be "
                f"joined: {error}"
            ) from None
        self.note(len(joined), bool(joined[_KEY].notna().any()))
        return joined.drop(columns=_KEY)


def _fitting(keys: pandas.Series, dtype: Any) -> Any:
    """Return values of a key, none of them missing, as they can be joined with a type.

    pandas before 2 joins integers with gaps to those of the same type alone, and makes objects of
    other numbers beside nullable ones.
    """
    values = keys.to_numpy(getattr(keys.dtype, "numpy_dtype", None))
    if str(dtype) != "Int64" or values.dtype.kind not in "iuf":
        return values
    fits = values.dtype.kind != "f" and values.max(initial=0) < 2**63
    return pandas.array(values, "Int64") if fits else pandas.array(values)
