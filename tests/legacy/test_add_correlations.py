"""`add_correlations`: eight more cells in the CSV, none in the JSONL, the inputs' id in both."""

from __future__ import annotations

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
        pd.CategoricalIndex(["low", "high"]),
        pd.interval_range(0, 2),
        pd.RangeIndex(2),
    ],
    ids=["categories", "intervals", "numbers"],
)
def test_frames_with_labels_of_any_kind_are_correlated(columns: pd.Index) -> None:
    """Also with labels that allow no others, and with a repeated index."""
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


@pytest.mark.parametrize("levels", [2, 3])
@pytest.mark.filterwarnings("error")
def test_labels_of_several_levels_stay_so(levels: int) -> None:
    """The headers are labels of the first level, as pandas makes them, and known as such."""
    columns = pd.MultiIndex.from_tuples([("p", "q", "r")[:levels], ("p", "x", "y")[:levels]])
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=columns)
    with collecting() as collected:
        correlations = ModelDataCollector("m", "inputs", model_version=3).collect(frame)
        predictions = ModelDataCollector("other", "predictions")
        correlated = predictions.add_correlations(frame, correlations)
        predictions.collect(correlated)
    assert correlations is not None
    labels = [(header, *[""] * (levels - 1)) for header in correlations]
    assert list(correlated.columns) == [*columns, *labels]
    header = [str(label) for label in correlated.columns]
    assert collected.rows("inputs")[0] == header
    assert collected.rows("predictions")[0] == header
    path = next(path for path in collected.files if "/predictions/" in path)
    assert path.startswith("modeldata/default/default/default/default/m/3/predictions/")
    (line,) = collected.lines("model_outputs")
    assert line["correlationid"] == correlations["$aml_dc_correlation_id"]
    assert line["data"] == [dict(zip(header, [1, 2])), dict(zip(header, [3, 4]))]


@pytest.mark.parametrize("rows", [0, 2])
def test_columns_of_a_frame_have_the_type_of_their_value(rows: int) -> None:
    """An integer version stays one; so it is where there are no rows to tell."""
    frame = pd.DataFrame({"p": [0.5] * rows})
    with collecting():
        correlations = ModelDataCollector("m", "inputs", model_version=3).collect([1])
        correlated = ModelDataCollector("m", "predictions").add_correlations(frame, correlations)
    assert correlated["$aml_model_version"].dtype == "int64"
    assert correlated["$aml_workspace"].dtype == pd.Series(["x"]).dtype


@pytest.mark.parametrize(
    ("data", "correlations", "message"),
    [
        ((1, 2), {}, "collect failed: input data must be list"),
        (pd.Series([1]), {}, "collect failed: input data must be list"),
        (None, {}, "collect failed: input data must be list"),
        ([1], "a text", "add_correlations failed: AttributeError"),
    ],
    ids=["tuple", "series", "nothing", "no correlations"],
)
def test_what_cannot_be_correlated_comes_back_with_a_warning(
    data: Any, correlations: Any, message: str
) -> None:
    """The script goes on with its data, and the warning points at its line."""
    collector = ModelDataCollector("m", "predictions")
    with pytest.warns(UserWarning, match=message) as warned:
        assert collector.add_correlations(data, correlations) is data
    assert [warning.filename for warning in warned] == [__file__]


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
