"""Texts that depend on the versions of numpy and pandas are those that the original makes here."""

from __future__ import annotations

import datetime
import decimal
from typing import Any, Dict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.bridge.golden.original_model import original_csv

FLOATS = [
    0.1,
    1 / 3,
    1e16,
    1e22,
    -5e-324,
    1.7976931348623157e308,
    100.0,
    1e-5,
    -0.0,
    np.nan,
    np.inf,
]
NOON = datetime.datetime(2020, 1, 2, 12)  # noqa: DTZ001  scripts collect such
TIMES = pd.to_datetime(["2020-01-02 00:00:00.0", "2020-01-02 03:04:05.678901234", None])
DAYS = pd.to_datetime(["2020-01-02", "1999-12-31", None])


def _nullable(values: list[Any], dtype: str) -> Any:
    try:
        return pd.array(values, dtype=dtype)
    except TypeError:  # pandas of that time did not have it
        return values


COLUMNS: Dict[str, Any] = {
    "f8": np.array(FLOATS),
    "f4": np.array([0.1, 1 / 3, 1e16, 1e-7, 16777216, np.nan, -np.inf], "f4"),
    "f2": np.array([0.1, 1 / 3, 65504, np.nan], "f2"),
    "i8": np.array([2**63 - 1, -(2**63)]),
    "u8": np.array([2**64 - 1, 0], "u8"),
    "bool": np.array([True, False]),
    "complex": np.array([0.1 + 2j]),
    "objects": np.array([None, np.nan, 1, 0.1, "x", True, decimal.Decimal("1.10")], object),
    "numpy's scalars": np.array([np.float32(0.1), np.float64(0.1), np.int8(1)], object),
    "lists": pd.Series([[1, 2], {"a": 1}, (1,)]),
    "texts": ["a,b", 'c"d', "e\nf", "g\r\nh", "", "ü"],
    "dates": np.array([datetime.date(2020, 1, 2), None], object),
    "datetimes": np.array([NOON, NOON.replace(year=9999, microsecond=1)], object),
    "days": DAYS,
    "times": TIMES,
    "times of a zone": TIMES.tz_localize("Europe/Berlin"),
    "days of a zone": DAYS.tz_localize("UTC"),
    "durations": TIMES - TIMES[0],
    "whole durations": DAYS - DAYS[0],
    "periods": pd.period_range("2020-01", periods=2, freq="M"),
    "intervals": pd.interval_range(0, 2),
    "categories": pd.Categorical(["x", None, "y"]),
    "categories of numbers": pd.Categorical([0.1, 2.5, None]),
    "categories of times": pd.Categorical(TIMES),
    "Int64": _nullable([2**53 + 1, None], "Int64"),
    "Float64": _nullable([0.1, None], "Float64"),
    "boolean": _nullable([True, None], "boolean"),
    "string": _nullable(["x", None], "string"),
    "sparse": pd.arrays.SparseArray([0.0, 0.1]),
}


def _collected(data: Any, designation: str = "general", **arguments: Any) -> tuple[str, Any]:
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", designation, **arguments).collect(data)
    (content,) = collected.files.values()
    return content.decode(), correlations


# pandas 1.5 warns of what its own `to_csv` does.
@pytest.mark.filterwarnings("ignore:The behavior of .astype from SparseDtype:FutureWarning")
@pytest.mark.parametrize("name", COLUMNS)
def test_columns_of_frames(name: str) -> None:
    """Alone, and beside columns of other kinds, which share blocks with it."""
    alone = pd.DataFrame({"a": COLUMNS[name]})
    beside = pd.DataFrame({"i": range(len(alone)), "a": alone["a"], "f": 0.5, "again": alone["a"]})
    for frame in (alone, beside):
        assert _collected(frame)[0] == original_csv(frame, None, None)


@pytest.mark.filterwarnings("ignore:The behavior of .astype from SparseDtype:FutureWarning")
@pytest.mark.parametrize("name", COLUMNS)
def test_columns_of_frames_of_inputs(name: str) -> None:
    """The eight columns behind them change no text before them."""
    frame = pd.DataFrame({"a": COLUMNS[name], "b": 0.1})
    text, correlations = _collected(frame, "inputs")
    assert text == original_csv(frame, None, correlations)


@pytest.mark.parametrize("name", [name for name in COLUMNS if type(COLUMNS[name]) is np.ndarray])
def test_arrays(name: str) -> None:
    """As one row, and as two rows or one column."""
    array = COLUMNS[name]
    for rows in (array, np.stack([array, array]), array.reshape(-1, 1)):
        expected = original_csv(rows, None, None)
        assert _collected(rows)[0] == expected


@pytest.mark.parametrize("unit", ["D", "s", "ms", "us", "ns"])
@pytest.mark.parametrize("kind", ["M8", "m8"])
def test_times_in_arrays(kind: str, unit: str) -> None:
    array = np.array([[0, 1600000000, "NaT"]], f"{kind}[{unit}]")
    assert _collected(array)[0] == original_csv(array, None, None)


@given(numpy_strategies.arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 3))))
def test_any_floats(array: np.ndarray) -> None:
    """As an array and as a frame."""
    assert _collected(array)[0] == original_csv(array, None, None)
    frame = pd.DataFrame(array)
    assert _collected(frame)[0] == original_csv(frame, None, None)


@given(numpy_strategies.arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(1, 3))))
def test_any_floats_of_single_precision(array: np.ndarray) -> None:
    assert _collected(array)[0] == original_csv(array, None, None)
    frame = pd.DataFrame(array)
    assert _collected(frame)[0] == original_csv(frame, None, None)


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())))
def test_any_list(items: list[Any]) -> None:
    """One row, whatever is in it."""
    with collecting("legacy") as collected:
        ModelDataCollector("m").collect(items)
    expected = original_csv(items, None, None).encode("utf-8", "backslashreplace")
    assert [*collected.files.values()] == [expected]
