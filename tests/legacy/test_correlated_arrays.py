"""What `add_correlations` returns for an array: rows of Python objects, as `numpy.append` makes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting

RETURNED: dict[str, tuple[Any, list[list[Any]]]] = {
    "1-D": (np.array([0.25, 0.5]), [[0.25, 0.5]]),
    "0-D": (np.array(7), [[7]]),
    "no entries": (np.array([]), [[]]),
    "integers": (np.array([[1], [2]]), [[1], [2]]),
    "truth": (np.array([[True]]), [[True]]),
    "single precision": (np.array([[0.1]], np.float32), [[0.10000000149011612]]),
    "half precision": (np.array([0.1], np.float16), [[0.0999755859375]]),
    "not of this machine": (np.arange(4, dtype=">f8").reshape(2, 2)[::-1, ::2], [[2.0], [0.0]]),
    "text": (np.array([["a,b"]]), [["a,b"]]),
    "masked": (np.ma.masked_array([[0.5, 2]], [[False, True]], np.float32), [[0.5, None]]),
    "a matrix": (np.array([[1.5], [2.5]]).view(np.matrix), [[1.5], [2.5]]),
}


@pytest.mark.parametrize("kind", RETURNED)
def test_an_array_comes_back_as_rows_that_json_takes(kind: str) -> None:
    """Python's own values, as `numpy.append` makes them; a 1-D array is one row of a 2-D one."""
    array, rows = RETURNED[kind]
    with collecting():
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1])
    assert correlations is not None
    returned = collector.add_correlations(array, correlations)
    assert (type(returned), returned.dtype) == (np.ndarray, object)
    assert json.loads(json.dumps(returned.tolist())) == [
        [*row, *correlations.values()] for row in rows
    ]


@pytest.mark.parametrize(
    ("array", "cell"),
    [
        (np.array([["2020-01-02T03:04"]], "M8[s]"), dt.datetime(2020, 1, 2, 3, 4)),  # noqa: DTZ001
        (np.array([["2020-01-02"]], "M8[D]"), dt.date(2020, 1, 2)),
        (np.array([["2020-01-02T03:04:05.123456789"]], "M8[ns]"), 1577934245123456789),
        (np.array([[90061]], "m8[s]"), dt.timedelta(1, 3661)),
        (np.array([[1 + 2j]], np.complex64), 1 + 2j),
    ],
    ids=lambda value: str(value.dtype) if isinstance(value, np.ndarray) else "",
)
def test_times_come_back_as_pythons_own(array: Any, cell: Any) -> None:
    """Moments and durations are objects of the standard library, nanoseconds integers."""
    with collecting():
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1])
        returned = collector.add_correlations(array, correlations)[0, 0]
    assert (type(returned), returned) == (type(cell), cell)


@pytest.mark.parametrize(
    ("array", "rows"),
    [
        (np.array([0.25, 0.5]), [{"column_0": 0.25}, {"column_0": 0.5}]),
        (np.array([[0.25, 0.5]]), [{"column_0": 0.25, "column_1": 0.5}]),
    ],
    ids=["1-D", "one row"],
)
def test_the_jsonl_knows_a_1d_array_from_one_row(array: Any, rows: Any) -> None:
    """Both come back as one row; predictions of two inputs are two rows all the same."""
    with collecting("modern") as collected:
        correlations = ModelDataCollector("m", "inputs").collect(np.array([[1], [2]]))
        predictions = ModelDataCollector("m", "predictions")
        predictions.collect(predictions.add_correlations(array, correlations))
    (line,) = collected.lines("model_outputs")
    assert line["data"] == rows


def test_arrays_in_cells_stay_arrays() -> None:
    """Rows of more dimensions, and arrays in cells, do not become rows or columns."""
    with collecting():
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1])
        deep = collector.add_correlations(np.zeros((2, 3, 4)), correlations)
        nested = np.empty((1, 1), dtype=object)
        nested[0, 0] = np.arange(3)
        held = collector.add_correlations(nested, correlations)
    assert (deep.shape, deep[1, 2].shape) == ((2, 11), (4,))
    assert (held.shape, held[0, 0].tolist()) == ((1, 9), [0, 1, 2])
