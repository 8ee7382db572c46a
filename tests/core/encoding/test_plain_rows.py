"""Plain frames as CSV: the bytes of `DataFrame.to_csv`, or left to it."""

from __future__ import annotations

import os
from typing import Any, List

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.snapshot import snapshot_frame
from mdc_core.encoding import plain_rows
from mdc_core.encoding.csv_frames import _frame, _frame_rows
from mdc_core.encoding.plain_rows import plain_frame_rows

_FLOATS = st.floats(width=64) | st.sampled_from([0.0, -0.0, 1e16, 1e-5, 5e-324, 1.7e308])
_TEXTS = st.text(st.characters(), max_size=8) | st.sampled_from(["", "a,b", 'q"t', "é\r\n", " "])
_COLUMNS = [
    (_FLOATS, "f8"),
    (st.integers(-(2**63), 2**63 - 1), "i8"),
    (st.integers(0, 2**64 - 1), "u8"),
    (st.integers(-128, 127), "i1"),
    (st.booleans(), "?"),
    (_TEXTS, object),
    (_TEXTS, "string"),
    (st.floats(width=32), "f4"),
    (st.none() | st.integers() | _TEXTS, object),
]


@st.composite
def _frames(draw: Any) -> pandas.DataFrame:
    rows = draw(st.integers(0, 5))
    kinds = draw(st.lists(st.sampled_from(_COLUMNS), min_size=1, max_size=6))
    columns = {}
    for at, (cells, dtype) in enumerate(kinds):
        drawn = draw(st.lists(cells, min_size=rows, max_size=rows))
        columns[f"c{at}"] = pandas.Series(drawn, dtype=dtype)
    return pandas.DataFrame(columns)


@given(
    frame=_frames(),
    correlation=st.lists(st.none() | st.integers() | _TEXTS | st.floats(), max_size=3),
    cells=st.sampled_from([1, 7, 512]),
)
def test_plain_rows_are_those_of_pandas(
    frame: pandas.DataFrame, correlation: List[Any], cells: int
) -> None:
    """Whatever the columns hold, and in pieces of any size, the bytes are those of `to_csv`."""
    snapshot = snapshot_frame(frame)[0]
    breaths: List[None] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_rows, "CELLS", cells)
        found = plain_frame_rows(snapshot, correlation, lambda: breaths.append(None))
    if found is not None:
        assert found == _frame_rows(_frame(snapshot, correlation), lambda: None)
        rows = max(1, cells // len(frame.columns))
        assert len(breaths) == -(-len(frame) // rows)


@pytest.mark.parametrize(
    "cells",
    [
        numpy.array([[1.5, float("nan")], [float("inf"), -0.0]]),
        numpy.array([[1, 2], [3, 4]]),
        numpy.array([[True, False]]),
        numpy.array([["a", "b,c"]], dtype=object),
    ],
)
def test_numbers_and_texts_are_plain(cells: numpy.ndarray) -> None:
    """What most models take does not go through pandas."""
    snapshot = snapshot_frame(pandas.DataFrame(cells, columns=["a", "b"]))[0]
    assert plain_frame_rows(snapshot, ("id", None, 1440), lambda: None) is not None


@pytest.mark.parametrize(
    "column",
    [
        pandas.Series(["2024-02-29"], dtype="M8[ns]"),
        pandas.Series([0.1], dtype="f4"),
        pandas.Series([None], dtype=object),
        pandas.Series(["a"], dtype="category"),
        pandas.Series([10**5000], dtype=object),
    ],
    ids=lambda column: str(column.dtype),
)
def test_other_columns_are_left_to_pandas(column: Any) -> None:
    """Their form depends on pandas, of which versions differ."""
    snapshot = snapshot_frame(pandas.DataFrame({"n": [1.0], "other": column}))[0]
    assert plain_frame_rows(snapshot, (), lambda: None) is None


def test_rows_end_as_pandas_ends_them() -> None:
    """The line feed is the system's."""
    snapshot = snapshot_frame(pandas.DataFrame({"n": [1.5]}))[0]
    assert plain_frame_rows(snapshot, (), lambda: None) == f"1.5{os.linesep}".encode()
