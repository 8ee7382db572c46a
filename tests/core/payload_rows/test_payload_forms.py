"""Each form in which scoring servers take and give rows, and what no form decides."""

from __future__ import annotations

import json
from typing import Any, Optional

import pytest

from mdc_core.payload_rows import IS_REQUEST, REASONS, rows_of_value

AB = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
TABLE = [[1, "x"], [2, "y"]]
UNNAMED = [{"column_0": 1, "column_1": "x"}, {"column_0": 2, "column_1": "y"}]
COLUMNS = {"a": [1, 2], "b": ["x", "y"]}
SPLIT = {"columns": ["a", "b"], "index": [0, 1], "data": TABLE}
TENSORS = [
    {"name": "a", "shape": [2], "datatype": "INT64", "data": [1, 2]},
    {"name": "b", "shape": [2, 1], "datatype": "BYTES", "data": ["x", "y"]},
]

# What a body holds, and its rows.
REQUESTS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "data: lists": ({"data": TABLE}, UNNAMED),
    "data: objects": ({"data": AB}, AB),
    "data: columns": ({"data": COLUMNS}, AB),
    "data: method beside": ({"data": AB, "method": "predict_proba"}, AB),
    "Inputs: data": ({"Inputs": {"data": AB}, "GlobalParameters": 1.0}, AB),
    "Inputs: data of lists": ({"Inputs": {"data": TABLE}}, UNNAMED),
    "Inputs: port": ({"Inputs": {"WebServiceInput0": AB}, "GlobalParameters": {}}, AB),
    "input_data: split": ({"input_data": SPLIT, "params": {"k": 1}}, AB),
    "input_data: split without index": (
        {"input_data": {"columns": ["a", "b"], "data": TABLE}},
        AB,
    ),
    "input_data: lists": ({"input_data": TABLE}, UNNAMED),
    "input_data: columns": ({"input_data": COLUMNS}, AB),
    "input_data: values": ({"input_data": [1, 2]}, [{"column_0": 1}, {"column_0": 2}]),
    "dataframe_split": ({"dataframe_split": SPLIT}, AB),
    "dataframe_records": ({"dataframe_records": AB, "params": {}}, AB),
    "instances: objects": ({"instances": AB, "signature_name": "serving_default"}, AB),
    "instances: lists": ({"instances": TABLE}, UNNAMED),
    "instances: values": ({"instances": ["x", "y"]}, [{"column_0": "x"}, {"column_0": "y"}]),
    "instances: pictures": (
        {"instances": [[[1, 2], [3, 4]]]},
        [{"column_0": [1, 2], "column_1": [3, 4]}],
    ),
    "inputs: columns": ({"inputs": COLUMNS}, AB),
    "inputs: lists": ({"inputs": TABLE}, UNNAMED),
    "inputs: columns of lists": (
        {"inputs": {"a": [[1, 2], [3, 4]]}},
        [{"a": [1, 2]}, {"a": [3, 4]}],
    ),
    "inputs: one object": ({"inputs": {"a": 1, "b": "x"}}, AB[:1]),
    "inputs: a text": ({"inputs": "how are you"}, [{"inputs": "how are you"}]),
    "tensors": ({"id": "7", "inputs": TENSORS, "outputs": [{"name": "p"}]}, AB),
    "tensors: flat": (
        {
            "inputs": [
                {"name": "t", "shape": [2, 3], "datatype": "INT8", "data": [1, 2, 3, 4, 5, 6]}
            ]
        },
        [{"t": [1, 2, 3]}, {"t": [4, 5, 6]}],
    ),
    "tensors: nested": (
        {
            "inputs": [
                {"name": "t", "shape": [1, 2, 2], "datatype": "FP32", "data": [[[1, 2], [3, 4]]]}
            ]
        },
        [{"t": [[1, 2], [3, 4]]}],
    ),
    "tensors: of no rows": (
        {"inputs": [{"name": "t", "shape": [0, 3], "datatype": "INT8", "data": []}]},
        [],
    ),
    "split": (SPLIT, AB),
    "split: repeated and other names": (
        {"columns": ["a", "a", 3], "data": [[1, 2, 3]]},
        [{"a": 1, "a_1": 2, "3": 3}],
    ),
    "bare lists": (TABLE, UNNAMED),
    "bare objects": (AB, AB),
    "bare objects that lack some": ([{"a": 1}, {"b": 2}], [{"a": 1}, {"b": 2}]),
    "bare values": ([1, 2, 3], [{"column_0": 1, "column_1": 2, "column_2": 3}]),
    "bare list of none": ([], []),
    "bare object": (AB[0], AB[:1]),
    "bare columns": (COLUMNS, AB),
    "columns by index, of to_dict": ({"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}, AB),
    "JSON within JSON": (json.dumps({"data": AB}), AB),
    "JSON within data": ({"data": json.dumps(AB)}, AB),
    "a column of the name of a form": ({"data": 5, "a": 1}, [{"data": 5, "a": 1}]),
    "columns with the name of a form": (
        {"data": [1, 2], "a": [3, 4]},
        [{"data": 1, "a": 3}, {"data": 2, "a": 4}],
    ),
}

# What a response holds, the rows of its request, and its rows.
RESPONSES: dict[str, tuple[Any, Optional[int], list[dict[str, Any]]]] = {
    "as many values as rows": ([0.1, 0.9], 2, [{"column_0": 0.1}, {"column_0": 0.9}]),
    "values of one row": ([0.1, 0.9], 1, [{"column_0": 0.1, "column_1": 0.9}]),
    "one value": ([0.1], None, [{"column_0": 0.1}]),
    "a value of one row": (0.1, 1, [{"column_0": 0.1}]),
    "predictions": ({"predictions": [1, 2]}, None, [{"column_0": 1}, {"column_0": 2}]),
    "predictions: by name": ({"predictions": {"p": [1, 2]}}, 2, [{"p": 1}, {"p": 2}]),
    "predictions: more objects": ({"predictions": AB}, 1, AB),
    "predictions: objects": ({"predictions": AB, "model_name": "m"}, 2, AB),
    "outputs: tensors": ({"model_name": "m", "outputs": TENSORS}, None, AB),
    "Results: values": ({"Results": [1, 2]}, 2, [{"column_0": 1}, {"column_0": 2}]),
    "Results: port": ({"Results": {"WebServiceOutput0": AB}}, 2, AB),
    "rows, whatever the request": ([[1, "x"], [2, "y"]], 5, UNNAMED),
    "columns of as many rows": ({"result": [1, 2]}, 2, [{"result": 1}, {"result": 2}]),
    "cells of one row": ({"p": [0.1, 0.9]}, 1, [{"p": [0.1, 0.9]}]),
    "twice encoded": ("[0.1, 0.9]", 2, [{"column_0": 0.1}, {"column_0": 0.9}]),
    "to_dict": ({"p": {"0": 0.1, "1": 0.2}}, 2, [{"p": 0.1}, {"p": 0.2}]),
}

# What holds no rows, or several kinds of them: the body, the rows of its request, and the reason.
REFUSED: dict[str, tuple[Any, Optional[int], str]] = {
    "values for unknown rows": ([0.1, 0.9], None, "ambiguous"),
    "columns for unknown rows": ({"p": [0.1, 0.9]}, None, "ambiguous"),
    "columns for other rows": ({"p": [0.1, 0.9]}, 3, "ambiguous"),
    "rows or columns": ([[0, 1, 1], [0.2, 0.8, 0.9]], 3, "ambiguous"),
    "predictions for other rows": ({"predictions": [0.1, 0.9]}, 1, "ambiguous"),
    "predictions by name for other rows": ({"predictions": {"p": [0.1, 0.9]}}, 3, "ambiguous"),
    "predictions by name for unknown rows": ({"predictions": {"p": [1, 2]}}, None, "ambiguous"),
    "objects without rows": ({"a": {}, "b": {}}, IS_REQUEST, "unknown_form"),
    "a value for many rows": (0.5, 3, "unknown_form"),
    "null": (None, IS_REQUEST, "unknown_form"),
    "no fields": ({}, IS_REQUEST, "unknown_form"),
    "an envelope of somebody": ({"status": "ok", "items": [1, 2]}, IS_REQUEST, "unknown_form"),
    "two forms": ({"instances": AB, "inputs": {"a": 1}}, IS_REQUEST, "unknown_form"),
    "chat": (
        {"input_data": {"input_string": [{"role": "user"}], "parameters": {"k": 1}}},
        IS_REQUEST,
        "unknown_form",
    ),
    "rows of unequal length": ([[1, 2], [3]], IS_REQUEST, "ragged"),
    "columns of unequal length": ({"data": {"a": [1, 2], "b": [1]}}, IS_REQUEST, "ragged"),
    "rows unlike their columns": ({"columns": ["a"], "data": [[1, 2]]}, IS_REQUEST, "ragged"),
    "a tensor unlike its shape": (
        {"inputs": [{"name": "t", "shape": [2, 2], "datatype": "INT8", "data": [1]}]},
        IS_REQUEST,
        "ragged",
    ),
    "a tensor of endless rows of nothing": (
        {"inputs": [{"name": "t", "shape": [10**15, 0], "datatype": "INT8", "data": []}]},
        IS_REQUEST,
        "ragged",
    ),
    "tensors of unequal rows": (
        {"inputs": [TENSORS[0], {"name": "c", "shape": [1], "datatype": "INT8", "data": [1]}]},
        IS_REQUEST,
        "ragged",
    ),
    "tensors of one name": ({"inputs": [TENSORS[0], TENSORS[0]]}, IS_REQUEST, "unknown_form"),
    "a tensor without rows": (
        {"inputs": [{"name": "t", "shape": [], "datatype": "INT8", "data": [1]}]},
        IS_REQUEST,
        "unknown_form",
    ),
    "a tensor behind the JSON": (
        {"inputs": [{"name": "t", "shape": [1], "datatype": "INT8"}]},
        IS_REQUEST,
        "not_text",
    ),
    "objects beside values": ([{"a": 1}, 2], IS_REQUEST, "mixed"),
    "objects beside lists": ([{"a": 1}, [2]], IS_REQUEST, "mixed"),
    "empty lists": ([[], []], IS_REQUEST, "unknown_form"),
    "split without columns": ({"dataframe_split": {"data": [[1]]}}, IS_REQUEST, "unknown_form"),
    "split of texts": ({"columns": "ab", "data": [[1, 2]]}, IS_REQUEST, "unknown_form"),
    "fields in fields": (
        {"data": {"data": {"data": {"data": {"data": {"data": [1]}}}}}},
        IS_REQUEST,
        "unknown_form",
    ),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_requests_are_rows(case: str) -> None:
    """Each form of a request gives its rows."""
    value, rows = REQUESTS[case]
    assert rows_of_value(value).rows == rows


@pytest.mark.parametrize("case", RESPONSES)
def test_responses_are_rows(case: str) -> None:
    """Each form of a response gives its rows, which depend on those of its request."""
    value, input_rows, rows = RESPONSES[case]
    assert rows_of_value(value, input_rows=input_rows).rows == rows


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_rows_is_said(case: str) -> None:
    """What holds no rows, or could be read in two ways, gives none, and says why."""
    value, input_rows, reason = REFUSED[case]
    found = rows_of_value(value, input_rows=input_rows)
    assert (found.rows, found.reason) == (None, reason)
    assert found.reason in REASONS
    assert found.message


def test_names_fill_in_where_the_body_has_none() -> None:
    """Given names are those of unnamed columns; names of the body win."""
    assert rows_of_value({"data": TABLE}, ["a", "b"]).rows == AB
    assert rows_of_value([1, "x"], ["a", "b"]).rows == AB[:1]
    assert rows_of_value(SPLIT, ["c", "d"]).rows == AB
    assert rows_of_value([5, 6], ["p"]).rows == [{"p": 5}, {"p": 6}]
    assert rows_of_value([5, 6], ["p", "q"], input_rows=None).rows == [{"p": 5, "q": 6}]


def test_names_that_do_not_fit_name_nothing() -> None:
    """More or fewer names than values name nothing, because the first may be the wrong ones."""
    for value in ([[1, 2]], {"instances": [[1, 2]]}, [1, 2]):
        assert rows_of_value(value, ["a", "b", "c"]).reason == "names_do_not_fit"
    assert rows_of_value([1, 2], ["p", "q"], input_rows=2).reason == "names_do_not_fit"


def test_names_decide_between_rows_and_columns() -> None:
    """Lists that could be columns are what the number of names says."""
    pair = [["no", "yes", "yes"], [0.2, 0.8, 0.9]]
    as_columns = rows_of_value(pair, ["label", "p"], input_rows=3)
    assert as_columns.rows == [{"label": label, "p": p} for label, p in zip(*pair)]
    as_rows = rows_of_value(pair, ["x", "y", "z"], input_rows=3)
    assert as_rows.rows == [dict(zip("xyz", row)) for row in pair]


def test_one_tensor_is_spread_over_names() -> None:
    """A single tensor has a column for each of as many names; else one of its own name."""
    inputs = {"inputs": [{"name": "t", "shape": [1, 2], "datatype": "INT8", "data": [1, 2]}]}
    assert rows_of_value(inputs, ["a", "b"]).rows == [{"a": 1, "b": 2}]
    assert rows_of_value(inputs, ["a"]).rows == [{"t": [1, 2]}]
