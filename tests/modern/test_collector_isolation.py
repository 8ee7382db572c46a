"""What a script changes after `collect` is not what is logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from mdc_core.testing import collecting

COLUMNS: dict[str, Any] = {
    "f": [1.5, 2.5],
    "i": [1, 2],
    "b": [True, False],
    "s": ["x", "y"],
    "o": [[1], {"k": 1}],
}


def _set_cells(frame: pd.DataFrame) -> None:
    for at, value in enumerate([-1.0, -1, False, "-", [-1]]):
        frame.iat[0, at] = value


def _set_columns(frame: pd.DataFrame) -> None:
    frame["f"] = -1
    frame["new"] = -1
    del frame["s"]


def _rename(frame: pd.DataFrame) -> None:
    frame.columns = pd.Index(list("vwxyz"))


def _add_row(frame: pd.DataFrame) -> None:
    frame.loc[2] = [-1.0, -1, False, "-", [-1]]


def _nested(frame: pd.DataFrame) -> None:
    frame["o"].iloc[0].append(-1)
    frame["o"].iloc[1]["k"] = -1


@pytest.mark.parametrize(
    "change", [_set_cells, _set_columns, _rename, _add_row, _nested], ids=lambda f: f.__name__
)
def test_a_frame_changed_after_collect(change: Callable[[pd.DataFrame], None]) -> None:
    """Cells, columns, labels, rows and objects in cells are logged as they were."""
    frame = pd.DataFrame({**COLUMNS, "o": [[1], {"k": 1}]})
    expected = frame.to_dict(orient="records")
    expected[0]["o"], expected[1]["o"] = [1], {"k": 1}
    with collecting("modern") as collected:
        Collector(name="model_inputs").collect(frame)
        change(frame)
    assert [line["data"] for line in collected.lines("model_inputs")] == [expected]


def test_the_array_behind_a_frame_changed_after_collect() -> None:
    """A frame that wraps an array does not let writes to the array through."""
    array = np.array([[1.0, 2.0]])
    with collecting("modern") as collected:
        Collector(name="model_inputs").collect(pd.DataFrame(array, columns=["a", "b"], copy=False))
        array[:] = -1
    assert [line["data"] for line in collected.lines("model_inputs")] == [[{"a": 1.0, "b": 2.0}]]


def test_headers_changed_after_collect() -> None:
    """Nor do later changes to the context's headers reach the line."""
    context = BasicCorrelationContext("x", headers={"tenant": "a"})
    with collecting("modern") as collected:
        Collector(name="model_inputs").collect(pd.DataFrame({"a": [1]}), context)
        context.get_headers()["tenant"] = "b"
    assert [line["tenant"] for line in collected.lines("model_inputs")] == ["a"]


def test_the_scripts_frame_is_left_alone() -> None:
    """Collecting neither adds columns nor changes types."""
    frame = pd.DataFrame(COLUMNS)
    before = frame.copy(deep=True)
    with collecting("modern"):
        Collector(name="model_inputs").collect(frame)
    pd.testing.assert_frame_equal(frame, before)
