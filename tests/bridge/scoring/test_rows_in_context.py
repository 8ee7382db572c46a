"""The row rule where it depends on the request: outputs have the rows of their inputs."""

from __future__ import annotations

import warnings
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting

INPUTS_32 = np.arange(96.0).reshape(32, 3)
SCORES_32 = np.arange(32) / 32


def _outputs(inputs: Any, outputs: Any, names: Optional[list[str]] = None) -> list[dict[str, Any]]:
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect(inputs)
        ModelDataCollector("m", "predictions", names).collect(outputs)
    (line,) = collected.lines("model_outputs")
    rows: list[dict[str, Any]] = line["data"]
    return rows


@pytest.mark.parametrize("names", [None, ["p"], ["p", "q"]], ids=["none", "one", "two"])
@pytest.mark.parametrize("outputs", [SCORES_32, SCORES_32.tolist()], ids=["array", "list"])
def test_predictions_for_32_rows_are_32_rows(outputs: Any, names: Optional[list[str]]) -> None:
    """What `model.predict(X)` returns for 32 rows joins them one by one, named or not."""
    name = names[0] if names else "column_0"
    assert _outputs(INPUTS_32, outputs, names) == [{name: score} for score in SCORES_32]


def test_predictions_for_32_rows_are_one_row_of_csv() -> None:
    """The CSV keeps the original's one row of 32 cells."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect(INPUTS_32)
        ModelDataCollector("m", "predictions", ["p"]).collect(SCORES_32)
    assert collected.rows("predictions") == [["p"], [str(score) for score in SCORES_32]]


def test_class_probabilities_of_one_input_row_are_one_row() -> None:
    """As many entries as there are names, for an input of one row, are one row."""
    assert _outputs(np.array([[1.0, 2.0]]), np.array([0.25, 0.75]), ["no", "yes"]) == [
        {"no": 0.25, "yes": 0.75}
    ]


def test_another_number_of_entries_than_inputs_is_one_row() -> None:
    """Three unnamed entries for 32 input rows are one row of three columns."""
    assert _outputs(INPUTS_32, np.array([1, 2, 3])) == [
        {"column_0": 1, "column_1": 2, "column_2": 3}
    ]


def test_one_name_makes_a_column_whatever_the_inputs_were() -> None:
    """With exactly one feature name, n entries are n rows."""
    assert _outputs(INPUTS_32, np.array([1, 2, 3]), ["p"]) == [{"p": 1}, {"p": 2}, {"p": 3}]


@pytest.mark.parametrize(
    "inputs",
    [
        INPUTS_32.tolist(),
        pd.DataFrame(INPUTS_32),
        INPUTS_32.reshape(32, 3, 1),
        [tuple(row) for row in INPUTS_32],
    ],
    ids=["lists", "frame", "3-D", "tuples"],
)
def test_rows_of_inputs_of_any_kind_count(inputs: Any) -> None:
    """Frames, lists of rows and 3-D arrays of 32 entries are 32 rows for their outputs."""
    assert len(_outputs(inputs, SCORES_32)) == 32


def test_one_named_list_of_texts_is_rows_for_its_outputs() -> None:
    """A list of N texts under one name is N rows, and so are the N labels that follow."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs", ["text"]).collect(["good", "bad", "ugly"])
        ModelDataCollector("m", "predictions").collect(["pos", "neg", "neg"])
    assert [line["data"] for line in collected.lines("model_inputs")] == [
        [{"text": "good"}, {"text": "bad"}, {"text": "ugly"}]
    ]
    assert [line["data"] for line in collected.lines("model_outputs")] == [
        [{"column_0": "pos"}, {"column_0": "neg"}, {"column_0": "neg"}]
    ]


def test_a_missing_name_does_not_lose_its_column() -> None:
    """Twelve columns under eleven names are twelve columns."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs", ["a"]).collect(np.array([[1, 2]]))
    assert [line["data"] for line in collected.lines("model_inputs")] == [[{"a": 1, "column_1": 2}]]


def test_repeated_and_integer_names_become_distinct_texts() -> None:
    """`feat6,feat6` and integer column names are keys of their own."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs", ["f", "f"]).collect(np.array([[1, 2]]))
        ModelDataCollector("m", "labels").collect(pd.DataFrame([[3, 4]]))
    assert [line["data"] for line in collected.lines("model_inputs")] == [[{"f": 1, "f_1": 2}]]
    assert [line["data"] for line in collected.lines("labels")] == [[{"0": 3, "1": 4}]]


def test_inputs_without_rows_have_outputs_without_rows() -> None:
    """A request for nothing is an empty line on both sides."""
    assert _outputs(np.empty((0, 3)), np.array([])) == []


def test_texts_without_names_pair_with_their_outputs() -> None:
    """Three texts are three rows of the model, and so are its three answers."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect(["one", "three", "seven"])
        ModelDataCollector("m", "predictions", ["p"]).collect(np.array([3.0, 5.0, 5.0]))
    (inputs,), (outputs,) = collected.lines("model_inputs"), collected.lines("model_outputs")
    assert inputs["data"] == [{"column_0": text} for text in ("one", "three", "seven")]
    assert outputs["data"] == [{"p": 3.0}, {"p": 5.0}, {"p": 5.0}]
    assert inputs["correlationid"] == outputs["correlationid"]
    assert collected.rows("inputs")[-1][:3] == ["one", "three", "seven"]


def test_texts_of_signals_stay_one_row() -> None:
    """Only inputs are a model's, one by one."""
    with collecting("modern") as collected:
        ModelDataCollector("m", "signals").collect(["a user", "a click"])
    (line,) = collected.lines("signals")
    assert line["data"] == [{"column_0": "a user", "column_1": "a click"}]


def test_labels_and_probabilities_are_columns() -> None:
    """As many lists as names, as long as there were inputs; the CSV keeps its row of two cells."""
    outputs = [["a", "b", "c"], [0.1, 0.2, 0.3]]
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect(INPUTS_32[:3])
        ModelDataCollector("m", "predictions", ["label", "p"]).collect(outputs)
    (line,) = collected.lines("model_outputs")
    assert line["data"] == [dict(zip(["label", "p"], row)) for row in zip(*outputs)]
    assert collected.rows("predictions")[1:] == [["['a', 'b', 'c']", "[0.1, 0.2, 0.3]"]]


# outputs, their names, rows of inputs -> what is logged, None for nothing
TOLD: dict[str, tuple[Any, list[str], int, Optional[str]]] = {
    "as many columns as rows": ([["a", "b"], [0.1, 0.2]], ["label", "p"], 2, "2 lists of 2 values"),
    "a label and its probability": (["a", 0.9], ["p"], 1, "2 values under the one name 'p'"),
    "their array": (np.array([[0.1, 0.9]]), ["p"], 1, "2 values under the one name 'p'"),
    "fewer rows": (np.zeros((2, 1)), ["p"], 3, "2 rows for inputs of 3 rows"),
    "one after the other": (np.array([1.0]), ["p"], 3, "1 row for inputs of 3 rows"),
    "as many": (np.zeros(3), ["p"], 3, None),
    "columns": ([[1, 2, 3]], ["p"], 3, None),
    "two names": (np.array([0.1, 0.9]), ["a", "b"], 1, None),
    "frames": (pd.DataFrame({"a": [1], "b": [2]}), ["a"], 1, None),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_may_not_be_meant_is_told_once(case: str) -> None:
    """Each collector says it once, at the line that collected; what is plain needs no word."""
    outputs, names, rows, told = TOLD[case]
    with collecting("modern"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        inputs = ModelDataCollector("m", "inputs")
        predictions = ModelDataCollector("m", "predictions", names)
        for _ in range(3):
            inputs.collect(np.zeros((rows, 2)))
            predictions.collect(outputs)
    assert [str(each.message) for each in caught if told is None] == []
    if told is not None:
        (warning,) = caught
        assert told in str(warning.message)
        assert warning.filename == __file__


@pytest.mark.parametrize(
    "outputs",
    [np.ones(2), np.ones((2, 1)), [1, 2], [[1], [2]], np.array(["a", "b"]), np.ones((1, 1))],
    ids=["array", "column", "list", "list of rows", "texts", "fewer rows"],
)
def test_cells_of_add_correlations_are_not_taken_for_values(outputs: Any) -> None:
    """The old SDK's usual calls, `add_correlations` and `collect`, need no warning."""
    with collecting() as collected, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        inputs = ModelDataCollector("m", "inputs")
        predictions = ModelDataCollector("m", "predictions", ["p"])
        correlations = inputs.collect(np.zeros((2, 3)))
        predictions.collect(predictions.add_correlations(outputs, correlations))
    assert [str(each.message) for each in caught] == []
    (line,) = collected.lines("model_outputs")
    assert [list(row) for row in line["data"]] == [["p"]] * len(outputs)


def test_rows_of_other_inputs_do_not_shape_what_carries_its_own_id() -> None:
    """Labels of an earlier request are one row, though the inputs of this one had as many rows."""
    with collecting("modern") as collected:
        inputs = ModelDataCollector("m", "inputs")
        labels = ModelDataCollector("m", "labels", ["a", "b", "c"])
        earlier = inputs.collect(np.zeros((1, 2)))
        inputs.collect(np.zeros((3, 2)))
        labels.collect(labels.add_correlations([1, 2, 3], earlier))
    (line,) = collected.lines("labels")
    assert line["data"] == [{"a": 1, "b": 2, "c": 3}]
    assert line["correlationid"] == collected.lines("model_inputs")[0]["correlationid"]
