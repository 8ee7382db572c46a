"""Values that models take and give as frames, under the names that Azure's script stores."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from mdc_modern.mlflow_scoring.frames import frame_of
from mdc_modern.mlflow_scoring.scoring import answer_of


class Sparse:
    """As scipy has it."""

    def toarray(self) -> numpy.ndarray:
        return numpy.eye(2)


class Tensor:
    """As torch has it."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> numpy.ndarray:
        return numpy.array([1.5, 2.5])


CASES: dict[str, tuple[Callable[[], Any], dict[Any, list[Any]]]] = {
    "frame": (lambda: pandas.DataFrame({"a": [1, 2]}), {"a": [1, 2]}),
    "series": (lambda: pandas.Series([1, 2], name="p"), {"p": [1, 2]}),
    "series without a name": (lambda: pandas.Series([1, 2]), {0: [1, 2]}),
    "1-D": (lambda: numpy.array([0, 1]), {0: [0, 1]}),
    "2-D": (lambda: numpy.array([[1, 2]]), {0: [1], 1: [2]}),
    "0-D": (lambda: numpy.array(5), {0: [5]}),
    "named fields": (
        lambda: numpy.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        {"a": [1], "b": [2.0]},
    ),
    "sparse": (Sparse, {0: [1.0, 0.0], 1: [0.0, 1.0]}),
    "tensor": (Tensor, {0: [1.5, 2.5]}),
    "arrays by name": (
        lambda: {"a": numpy.array([1, 2]), "b": numpy.array([[3], [4]])},
        {"a": [1, 2], "b": [3, 4]},
    ),
    "lists by name": (lambda: {"a": [1, 2], "b": ["x", "y"]}, {"a": [1, 2], "b": ["x", "y"]}),
    "values by name": (lambda: {"a": 1, "b": "x"}, {"a": [1], "b": ["x"]}),
    "unequal by name": (lambda: {"a": [1, 2], "b": 3}, {"a": [[1, 2]], "b": [3]}),
    "list": (lambda: [1, 2], {0: [1, 2]}),
    "list of texts": (lambda: ["x", "y"], {0: ["x", "y"]}),
    "list of lists": (lambda: [[1, 2], [3, 4]], {0: [1, 3], 1: [2, 4]}),
    "ragged": (lambda: [[1, 2], [3]], {0: [[1, 2], [3]]}),
    "list of objects": (lambda: [{"a": 1}, {"a": 2, "b": 3}], {"a": [1, 2], "b": [None, 3]}),
    "text": (lambda: "x", {0: ["x"]}),
    "no rows": (list, {0: []}),
    "nothing": (lambda: None, {0: [None]}),
}


@pytest.mark.parametrize("case", CASES)
def test_values_are_frames(case: str) -> None:
    """Each value has its rows and the names of pandas."""
    make, columns = CASES[case]
    frame = frame_of(make())
    assert list(frame.columns) == list(columns)
    for name, cells in columns.items():
        shown = [None if cell != cell else cell for cell in frame[name].tolist()]
        assert shown == cells


def test_deep_arrays_keep_their_rows() -> None:
    """More than two dimensions become nested cells."""
    frame = frame_of(numpy.arange(12).reshape(2, 3, 2))
    assert frame.shape == (2, 3)
    assert frame.iloc[1, 2].tolist() == [10, 11]
    named = frame_of({"x": numpy.arange(4).reshape(2, 2)})
    assert [cell.tolist() for cell in named["x"]] == [[0, 1], [2, 3]]


@given(numpy_strategies.arrays(numpy.float64, numpy_strategies.array_shapes(max_dims=4)))
def test_arrays_have_a_row_for_each_index(array: numpy.ndarray) -> None:
    """The first dimension is the rows, alone and by name."""
    assert len(frame_of(array)) == len(array)
    assert len(frame_of({"a": array, "b": array})) == len(array)


@given(
    st.lists(st.floats() | st.integers() | st.text() | st.none(), max_size=4)
    | numpy_strategies.arrays(numpy.float32, numpy_strategies.array_shapes(max_dims=3))
    | st.dictionaries(st.text(max_size=2), st.floats() | st.lists(st.integers()), max_size=3)
)
def test_answers_are_json(result: Any) -> None:
    """Whatever a model gives, the answer is JSON that every client reads."""
    json.loads(json.dumps(answer_of(result), allow_nan=False))


def test_answers_of_frames() -> None:
    """Frames and series are row objects, times are texts, gaps are null."""
    frame = pandas.DataFrame({"t": pandas.to_datetime(["2026-11-21"]), "n": [float("nan")]})
    assert answer_of(frame) == [{"t": "2026-11-21T00:00:00", "n": None}]
    assert answer_of(pandas.Series([1], name="p")) == [{"p": 1}]
    assert answer_of(numpy.array([[1, 2]])) == [[1, 2]]
    assert answer_of({"a": numpy.array([numpy.inf, 1])}) == {"a": [None, 1.0]}
    assert answer_of(Sparse()) == [[1.0, 0.0], [0.0, 1.0]]
