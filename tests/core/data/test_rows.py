"""The row rule, case by case: design document, section Rows."""

from __future__ import annotations

from typing import Any, Optional

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from mdc_core.data.column_names import column_names
from mdc_core.data.rows import count_rows, rows_of_texts
from tests.core.made import rows, snapshot_of, table

ROW = [{"column_0": 1, "column_1": 2, "column_2": 3}]
COLUMN = [{"column_0": 1}, {"column_0": 2}, {"column_0": 3}]

# value, feature names, rows of the same request's inputs -> rows
CASES: dict[str, tuple[Any, tuple[str, ...], Optional[int], list[dict[str, Any]]]] = {
    "2-D is rows": (
        numpy.array([[1, 2], [3, 4]]),
        ("a", "b"),
        None,
        [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
    ),
    "2-D is rows whatever the inputs": (
        numpy.array([[1], [2]]),
        (),
        7,
        [{"column_0": 1}, {"column_0": 2}],
    ),
    "2-D of one row": (numpy.array([[1, 2]]), ("a",), 2, [{"a": 1, "column_1": 2}]),
    "lists of one length are rows": (
        [[1, 2], (3, 4)],
        (),
        None,
        [{"column_0": 1, "column_1": 2}, {"column_0": 3, "column_1": 4}],
    ),
    "arrays of one length are rows": (
        [numpy.array([1, 2])],
        (),
        9,
        [{"column_0": 1, "column_1": 2}],
    ),
    "frames are rows": (pandas.DataFrame({"x": [1, 2]}), ("ignored",), 3, [{"x": 1}, {"x": 2}]),
    "3-D is rows of nested cells": (
        numpy.arange(4).reshape(1, 2, 2),
        (),
        None,
        [{"column_0": [0, 1], "column_1": [2, 3]}],
    ),
    "1-D is one row": ([1, 2, 3], (), None, ROW),
    "1-D array is one row": (numpy.array([1, 2, 3]), (), None, ROW),
    "1-D after inputs of as many rows is a column": ([1, 2, 3], (), 3, COLUMN),
    "1-D array after inputs of as many rows is a column": (numpy.array([1, 2, 3]), (), 3, COLUMN),
    "1-D after inputs of other length is one row": ([1, 2, 3], (), 2, ROW),
    "1-D after inputs of one row is one row": ([1, 2, 3], (), 1, ROW),
    "as many rows wins over several names": ([1, 2], ("a", "b"), 2, [{"a": 1}, {"a": 2}]),
    "one name makes a column": ([1, 2], ("p",), None, [{"p": 1}, {"p": 2}]),
    "one name makes a column of an array": (numpy.array([1, 2]), ("p",), 1, [{"p": 1}, {"p": 2}]),
    "several names make a row": ([1, 2], ("a", "b"), None, [{"a": 1, "b": 2}]),
    "one entry after one row": ([1], (), 1, [{"column_0": 1}]),
    "0-D is one cell": (numpy.array(5), ("p",), None, [{"p": 5}]),
    "0-D after many rows": (numpy.array(5), (), 4, [{"column_0": 5}]),
    "texts are not sequences": (["ab", "cd"], (), None, [{"column_0": "ab", "column_1": "cd"}]),
    "dicts are cells": ([{"a": 1}], (), None, [{"column_0": {"a": 1}}]),
    "ragged lists are cells": ([[1], [2, 3]], (), None, [{"column_0": [1], "column_1": [2, 3]}]),
    "ragged lists below one name": ([[1], [2, 3]], ("p",), None, [{"p": [1]}, {"p": [2, 3]}]),
    "a list beside a number is a cell": ([[1], 2], (), None, [{"column_0": [1], "column_1": 2}]),
    "lists of columns": (
        [["x", "y", "z"], [1, 2, 3]],
        ("a", "b"),
        3,
        [{"a": "x", "b": 1}, {"a": "y", "b": 2}, {"a": "z", "b": 3}],
    ),
    "arrays and tuples of columns": (
        [numpy.array([1, 2, 3]), (4, 5, 6)],
        ("a", "b"),
        3,
        [{"a": 1, "b": 4}, {"a": 2, "b": 5}, {"a": 3, "b": 6}],
    ),
    "one column in a list": ([[1, 2]], ("p",), 2, [{"p": 1}, {"p": 2}]),
    "columns of no rows": ([[], []], ("a", "b"), 0, []),
    "as many columns as rows are rows": (
        [["x", "y"], [1, 2]],
        ("a", "b"),
        2,
        [{"a": "x", "b": "y"}, {"a": 1, "b": 2}],
    ),
    "lists of another length than the inputs are rows": (
        [[1, 2, 3], [4, 5, 6]],
        ("a", "b"),
        2,
        [{"a": 1, "b": 2, "column_2": 3}, {"a": 4, "b": 5, "column_2": 6}],
    ),
    "other names than lists make rows": (
        [[1, 2, 3], [4, 5, 6]],
        ("a", "b", "c"),
        3,
        [{"a": 1, "b": 2, "c": 3}, {"a": 4, "b": 5, "c": 6}],
    ),
    "arrays of columns are rows": (
        numpy.array([[1, 2, 3], [4, 5, 6]]),
        ("a", "b"),
        3,
        [{"a": 1, "b": 2, "column_2": 3}, {"a": 4, "b": 5, "column_2": 6}],
    ),
    "empty list": ([], ("a", "b"), None, []),
    "empty array": (numpy.array([]), ("a",), 3, []),
    "2-D without rows": (numpy.empty((0, 2)), ("a", "b"), None, []),
    "2-D without columns": (numpy.empty((2, 0)), ("a",), None, [{}, {}]),
    "lists without entries": ([[], []], (), None, [{}, {}]),
    "missing names are numbered": (
        [[1, 2, 3]],
        ("a",),
        None,
        [{"a": 1, "column_1": 2, "column_2": 3}],
    ),
    "names too many are left": ([[1]], ("a", "b", "c"), None, [{"a": 1}]),
    "repeated names get a suffix": ([[1, 2]], ("a", "a"), None, [{"a": 1, "a_1": 2}]),
    "a given name may look numbered": (
        [[1, 2]],
        ("column_1",),
        None,
        [{"column_1": 1, "column_1_1": 2}],
    ),
    "structured is rows": (
        numpy.array([(1, 2.5), (3, 4.5)], "i4,f8"),
        ("a", "b"),
        None,
        [{"a": 1, "b": 2.5}, {"a": 3, "b": 4.5}],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_these_values_are_these_rows(case: str) -> None:
    """Every sentence of the rule, and its limits, by example."""
    value, names, input_rows, expected = CASES[case]
    assert rows(value, names, input_rows) == expected


@pytest.mark.parametrize("case", CASES)
def test_rows_are_counted_as_they_are_made(case: str) -> None:
    """The number remembered for a request's outputs is the number of rows that are written."""
    value, names, input_rows, expected = CASES[case]
    assert count_rows(snapshot_of(value), names) == table(value, names).rows
    assert count_rows(snapshot_of(value), names, input_rows) == len(expected)


VALUES = st.one_of(
    st.lists(st.integers() | st.text() | st.lists(st.integers(), max_size=2), max_size=5),
    numpy_strategies.arrays(
        numpy_strategies.scalar_dtypes() | numpy_strategies.array_dtypes(),
        numpy_strategies.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
)


@given(VALUES, st.lists(st.text(max_size=2), max_size=3), st.none() | st.integers(0, 4))
def test_rows_of_any_value_are_counted_as_they_are_made(
    value: Any, names: list[str], input_rows: Optional[int]
) -> None:
    """Counting and making agree for lists and arrays of every shape and dtype."""
    counted = count_rows(snapshot_of(value), names, input_rows)
    assert counted == table(value, names, input_rows).rows


@pytest.mark.parametrize(
    ("value", "names", "rows"),
    [
        (["one", "three", "seven"], (), 3),
        (numpy.array(["one", "three"]), (), 2),
        (numpy.array(["one", "three"], dtype=object), (), 2),
        ([b"one", "three"], (), 2),
        (["one"], (), 1),
        (["one", "three"], ("a",), None),
        (["one", "three"], ("a", "b"), None),
        (["one", 3], (), None),
        (["one", None], (), None),
        ([["one"], ["three"]], (), None),
        (numpy.array([["one"], ["three"]]), (), None),
        (numpy.array([1, 2]), (), None),
        (numpy.array("one"), (), None),
        ([], (), None),
        (pandas.DataFrame({"a": ["one", "three"]}), (), None),
    ],
    ids=str,
)
def test_texts_without_names(value: Any, names: tuple[str, ...], rows: Optional[int]) -> None:
    """Inputs that are texts and have no names are a row each; all others go by the rule."""
    assert rows_of_texts(snapshot_of(value), names) == rows


@given(st.lists(st.floats(), min_size=2, max_size=9), st.booleans(), st.lists(st.text()))
def test_outputs_have_the_rows_of_their_inputs(
    predictions: list[float], as_array: bool, names: list[str]
) -> None:
    """What `predict` returns for n rows of inputs is n rows, whatever the feature names."""
    value = numpy.array(predictions) if as_array else predictions
    assert table(value, names, len(predictions)).rows == len(predictions)


@given(st.lists(st.sampled_from(["a", "b", "column_1", "column_2"])), st.integers(0, 6))
def test_every_column_has_its_own_name(names: list[str], columns: int) -> None:
    """Exactly as many unique names as columns, however many were given."""
    made = column_names(names, columns)
    assert len(set(made)) == len(made) == columns
