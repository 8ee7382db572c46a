"""`add_correlations`: eight more cells in the CSV, none in the JSONL, the inputs' id in both."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting

SHAPES: dict[str, tuple[Any, list[list[str]], list[dict[str, Any]]]] = {
    "list": ([0.25, 0.5], [["0.25", "0.5"]], [{"p": 0.25}, {"p": 0.5}]),
    "list of rows": ([[0.25], [0.5]], [["[0.25]", "[0.5]"]], [{"p": 0.25}, {"p": 0.5}]),
    "1-D": (np.array([0.25, 0.5]), [["0.25", "0.5"]], [{"p": 0.25}, {"p": 0.5}]),
    "2-D": (np.array([[0.25], [0.5]]), [["0.25"], ["0.5"]], [{"p": 0.25}, {"p": 0.5}]),
    "frame": (
        pd.DataFrame({"p": [0.25, 0.5]}),
        [["0.25"], ["0.5"]],
        [{"p": 0.25}, {"p": 0.5}],
    ),
}


def _correlated(data: Any) -> tuple[MemoryDestination, dict[str, Any]]:
    with collecting() as collected:
        inputs = ModelDataCollector("m", "inputs", ["a"], model_version=3)
        predictions = ModelDataCollector("m", "predictions", ["p"], model_version=3)
        correlations = inputs.collect(np.array([[1.0], [2.0]]), "loan-7")
        # In between another request, so that nothing is left to memory.
        inputs.collect(np.array([[9.0]]))
        predictions.collect(predictions.add_correlations(data, correlations))
    assert correlations is not None
    return collected, correlations


@pytest.mark.parametrize("shape", SHAPES)
def test_csv_rows_end_in_the_eight_values(shape: str) -> None:
    """Every row of CSV carries the correlations of its inputs."""
    data, rows, _ = SHAPES[shape]
    collected, correlations = _correlated(data)
    tail = [str(value) for value in correlations.values()]
    assert collected.rows("predictions") == [
        ["p", *correlations],
        *([*row, *tail] for row in rows),
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_jsonl_rows_are_the_data_under_the_inputs_id(shape: str) -> None:
    """The columns leave the data: id, time and version stand in the line."""
    data, _, rows = SHAPES[shape]
    collected, correlations = _correlated(data)
    (line,) = collected.lines("model_outputs")
    assert line["data"] == rows
    assert line["correlationid"] == correlations["$aml_dc_correlation_id"]
    assert line["time"] == correlations["$aml_dc_scoring_timestamp"] + "Z"
    assert line["modelversion"] == "3"


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


def test_arrays_in_cells_stay_arrays() -> None:
    """Rows of more dimensions, and arrays in cells, are no further rows or columns."""
    with collecting():
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1])
        deep = collector.add_correlations(np.zeros((2, 3, 4)), correlations)
        nested = np.empty((1, 1), dtype=object)
        nested[0, 0] = np.arange(3)
        held = collector.add_correlations(nested, correlations)
    assert (deep.shape, deep[1, 2].shape) == ((2, 11), (4,))
    assert (held.shape, held[0, 0].tolist()) == ((1, 9), [0, 1, 2])


def test_a_frame_takes_any_text() -> None:
    """Names of the environment may hold what no UTF-8 does; numbers stay numbers."""
    frame = pd.DataFrame({"p": [0.25, 0.5]}, index=[7, 7])
    correlations = {"$aml_workspace": "\udcff", "$aml_dc_boundary": 1440}
    with collecting():
        extended = ModelDataCollector("m", "predictions").add_correlations(frame, correlations)
    assert extended["$aml_workspace"].tolist() == ["\udcff"] * 2
    assert extended["$aml_dc_boundary"].dtype == "int64"


@pytest.mark.parametrize("shape", SHAPES)
def test_the_scripts_data_stay_as_they_are(shape: str) -> None:
    """`add_correlations` returns new data and leaves those it was given alone."""
    data, _, _ = SHAPES[shape]
    before = repr(data)
    with collecting():
        collector = ModelDataCollector("m", "inputs")
        collector.add_correlations(data, collector.collect([1]))
    assert repr(data) == before


@pytest.mark.parametrize("shape", SHAPES)
def test_without_correlations_the_data_come_back(shape: str) -> None:
    """`None`, as a collector that is off returned it, gives the same object."""
    data, _, _ = SHAPES[shape]
    collector = ModelDataCollector("m", "predictions")
    assert collector.add_correlations(data, None) is data


def test_empty_data_get_columns_and_no_rows() -> None:
    """A frame and an array of no rows have eight more columns."""
    with collecting():
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1])
    assert collector.add_correlations(np.empty((0, 2)), correlations).shape == (0, 10)
    frame = collector.add_correlations(pd.DataFrame({"p": []}), correlations)
    assert frame.shape == (0, 9)


@pytest.mark.parametrize(
    "columns",
    [
        pd.MultiIndex.from_tuples([("p", "low"), ("p", "high")]),
        pd.CategoricalIndex(["low", "high"]),
        pd.interval_range(0, 2),
        pd.RangeIndex(2),
    ],
    ids=["levels", "categories", "intervals", "numbers"],
)
def test_frames_with_labels_of_any_kind_are_correlated(columns: pd.Index) -> None:
    """Labels that allow no others, and a repeated index, are no hindrance."""
    frame = pd.DataFrame([[1, 2], [3, 4]], index=["r", "r"], columns=columns)
    with collecting("modern") as collected:
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1])
        correlated = collector.add_correlations(frame, correlations)
        ModelDataCollector("other", "predictions").collect(correlated)
    assert correlations is not None
    assert list(correlated.index) == ["r", "r"]
    assert list(correlated.columns) == [*columns, *correlations]
    (line,) = collected.lines("model_outputs")
    assert line["correlationid"] == correlations["$aml_dc_correlation_id"]
    assert [list(row.values()) for row in line["data"]] == [[1, 2], [3, 4]]


def test_labels_that_arrive_later_have_the_id_of_their_inputs() -> None:
    """A frame that holds labels of two requests becomes a line for each of them."""
    with collecting("modern") as collected:
        inputs = ModelDataCollector("m", "inputs")
        first, second = inputs.collect([1]), inputs.collect([2])
    assert first is not None
    assert second is not None
    frame = pd.DataFrame([{"y": 1, **first}, {"y": 2, **second}, {"y": 3, **first}])
    with collecting("modern") as later:
        ModelDataCollector("m", "labels").collect(frame)
    assert {line["correlationid"]: line["data"] for line in later.lines("labels")} == {
        first["$aml_dc_correlation_id"]: [{"y": 1}, {"y": 3}],
        second["$aml_dc_correlation_id"]: [{"y": 2}],
    }
    assert {line["time"] for line in later.lines("labels")} == {
        line["time"] for line in collected.lines("model_inputs")
    }


def test_what_is_no_correlation_stays_data() -> None:
    """A row of nine cells that only looks long keeps all of them."""
    row = list(range(9))
    with collecting() as collected:
        ModelDataCollector("m", "predictions").collect(row)
    (line,) = collected.lines("model_outputs")
    assert list(line["data"][0].values()) == row
