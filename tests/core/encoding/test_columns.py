"""Blocks of columns as cells: every dtype as the single values it holds, row by row."""

from __future__ import annotations

from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from mdc_core.encoding.cells import cell_json, trimmed_time
from mdc_core.encoding.columns import block_cells
from tests.core.made import strict_json

# What the encoder writes around texts, or between them.
MARKS = st.sampled_from(["", ",", '"', "\\", "\x7f", "\0", "},{", '","', "\u2028"])
TIMES = pandas.to_datetime(["2024-02-29T01:02:03.5", None])
LIMITS = {
    kind: [numpy.iinfo(kind).min, 0, numpy.iinfo(kind).max]
    for kind in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")
}
# pandas has them since 1.2.
NULLABLE_FLOATS = (
    [(pandas.array([1.5, None], dtype="Float64"), [1.5, None])]
    if hasattr(pandas, "Float64Dtype")
    else []
)


def _cells(*parts: Any) -> list[Any]:
    return [strict_json(cell) for cell in block_cells(parts)]


@pytest.mark.parametrize("dtype", LIMITS)
@pytest.mark.parametrize("order", "<>")
def test_integers_keep_their_limits(dtype: str, order: str) -> None:
    """Integers of every width, sign and byte order stay integers."""
    cells = _cells(numpy.array([LIMITS[dtype]], dtype=order + dtype))
    assert cells == LIMITS[dtype]
    assert all(type(cell) is int for cell in cells)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", "longdouble"])
def test_floats_are_read_back_in_their_precision(dtype: str) -> None:
    """Every width of floats is read back as the same float of that width."""
    info = numpy.finfo(dtype)
    values = numpy.array([0.1, -0.0, 1 / 3, float(info.tiny), 6e4], dtype=dtype)
    again = numpy.array(_cells(values.reshape(1, -1)), dtype=dtype)
    numpy.testing.assert_array_equal(again, values)
    numpy.testing.assert_array_equal(numpy.signbit(again), numpy.signbit(values))


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        (numpy.array([[1.5, numpy.nan, numpy.inf]]), [1.5, None, None]),
        (numpy.array([[1.5, numpy.nan, -numpy.inf]], "f2"), [1.5, None, None]),
        (numpy.array([[True, False]]), [True, False]),
        (numpy.array([["a", "é\0x"]]), ["a", "é\0x"]),
        (numpy.array([[b"a", b"\xff"]]), ["a", "\\xff"]),
        (numpy.array([[1 + 2j]]), [{"imag": 2.0, "real": 1.0}]),
        (numpy.array([["2024-02-29", "NaT"]], "M8[D]"), ["2024-02-29", None]),
        (numpy.array([["2024-02-29", "NaT"]], "M8[ns]"), ["2024-02-29T00:00:00", None]),
        (numpy.array([["2024-02-29T00:00:00.10"]], "M8[us]"), ["2024-02-29T00:00:00.1"]),
        (numpy.array([[90, "NaT"]], "m8[s]"), ["P0DT0H1M30S", None]),
        (numpy.array([["a", None, 1, [2]]], dtype=object), ["a", None, 1, [2]]),
        (numpy.array([["a", "b\ud800"]], dtype=object), ["a", "b\\ud800"]),
        (TIMES.array, ["2024-02-29T01:02:03.5", None]),
        (TIMES.tz_localize("UTC").array, ["2024-02-29T01:02:03.500000+00:00", None]),
        ((TIMES - TIMES[0]).array, ["P0DT0H0M0S", None]),
        (pandas.Categorical(["x", None, "y", "x"]), ["x", None, "y", "x"]),
        (pandas.Categorical([2, 1], categories=[1, 2, 3]), [2, 1]),
        (pandas.Categorical(TIMES), ["2024-02-29T01:02:03.500000", None]),
        (pandas.array([2**63 - 1, None], dtype="Int64"), [2**63 - 1, None]),
        *NULLABLE_FLOATS,
        (pandas.array([True, None], dtype="boolean"), [True, None]),
        (pandas.array(["x", None], dtype="string"), ["x", None]),
        (pandas.arrays.SparseArray([0.0, 1.5]), [0.0, 1.5]),
        (pandas.array([pandas.Interval(0, 1)]), ["(0, 1]"]),
        (pandas.period_range("2024-02", periods=1, freq="M").array, ["2024-02"]),
    ],
    ids=lambda value: str(getattr(value, "dtype", "")),
)
def test_dtypes_have_these_cells(values: Any, cells: list[Any]) -> None:
    """Arrays of numpy and of pandas, with their missing values, have one defined encoding."""
    assert _cells(values) == cells


@pytest.mark.parametrize("dtype", ["f8", "i4", "?", "M8[s]", "m8[s]", "U2", "O"])
def test_cells_come_row_by_row(dtype: str) -> None:
    """A block is stored column by column; its cells are those of a row together."""
    columns = numpy.array([[0, 1, 1], [1, 0, 1]], dtype=int).astype(dtype)
    expected = [strict_json(cell_json(cell)) for row in columns.T for cell in row]
    assert _cells(columns) == expected
    assert _cells(columns[:, :1], columns[:, 1:]) == expected
    assert _cells(numpy.asfortranarray(columns)) == expected


@pytest.mark.parametrize("dtype", ["f8", "i4", "?", "M8[s]", "m8[s]", "U2", "O", "f2", ">i2"])
def test_a_block_without_rows_has_no_cells(dtype: str) -> None:
    """Empty blocks of every dtype are empty."""
    assert block_cells([numpy.empty((2, 0), dtype=dtype)]) == []


@pytest.mark.parametrize("values", [["2024-02-29", "NaT"], [5, "NaT"]])
@pytest.mark.parametrize("frame_first", [True, False])
def test_a_frame_and_an_array_encode_alike_together(values: list[Any], frame_first: bool) -> None:
    """Times and durations of both kinds of events may stand in one group."""
    array = numpy.array([values], dtype="M8[ns]" if isinstance(values[0], str) else "m8[ns]")
    own = pandas.DataFrame({"a": array[0]})["a"].array
    alone = _cells(array)
    parts = (own, array) if frame_first else (array, own)
    assert _cells(*parts) == alone * 2


def test_categories_of_each_event_are_its_own() -> None:
    """Equal dtypes may hold their categories in different orders."""
    one = pandas.Categorical(["x", "y"], categories=["x", "y"])
    other = pandas.Categorical(["x", "y"], categories=["y", "x"])
    assert one.dtype == other.dtype
    assert _cells(one, other) == ["x", "y", "x", "y"]


@given(
    numpy_strategies.arrays(
        numpy_strategies.scalar_dtypes(),
        st.tuples(st.integers(1, 3), st.integers(0, 4)),
    )
)
def test_any_array_is_valid_json(array: numpy.ndarray) -> None:
    """Arrays of any dtype and content have one valid cell for each of theirs."""
    assert len(_cells(array)) == array.size


@given(st.lists(st.floats(width=32), min_size=1))
def test_single_floats_are_read_back_exactly(values: list[float]) -> None:
    """The text of a 32-bit float is enough for its 32 bits."""
    array = numpy.array([values], dtype="f4")
    cells = numpy.array(_cells(array), dtype="f4")
    finite = numpy.isfinite(array[0])
    assert cells[finite].tobytes() == array[0][finite].tobytes()
    assert numpy.isnan(cells[~finite]).all()


@pytest.mark.parametrize("dtype", ["string", "string[pyarrow]", "str"])
@given(st.lists(st.lists(st.none() | MARKS | st.text(), max_size=3), min_size=1, max_size=5))
def test_texts_of_many_events_are_each_the_text_alone(dtype: str, made: Any) -> None:
    """However pandas keeps them, in parts of any length, also ones that were cut and joined."""
    try:
        parts = [pandas.array(texts, dtype=dtype) for texts in made]
    except (ImportError, TypeError):
        pytest.skip("this pandas has no such dtype, or no pyarrow")
    parts += [
        parts[0][1:],
        pandas.concat([pandas.Series(parts[0]), pandas.Series(parts[-1])]).array,
    ]
    alone = [cell for part in parts for cell in numpy.asarray(part, dtype=object).tolist()]
    assert block_cells(parts) == list(map(cell_json, alone))


@given(
    st.sampled_from(["s", "ms", "us", "ns", "25s", "ps", "m", "D"]),
    st.lists(
        st.integers(-(2**63), 2**63 - 1)
        | st.integers(0, 2**41).map(lambda number: number * 1000)
        | st.integers(0, 2**33)
    ),
)
def test_times_are_as_numpy_writes_them(unit: str, numbers: list[int]) -> None:
    """In any unit and year, without the trailing zeros of the fraction."""
    values = numpy.array(numbers, "i8").view(f"M8[{unit}]")
    texts = numpy.datetime_as_string(values).tolist()
    written = [None if text == "NaT" else trimmed_time(text) for text in texts]
    assert _cells(values.reshape(1, -1)) == written
