"""`collect` never raises into the scoring script, whatever it is given."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.examples_of import examples
from tests.legacy.weird_objects import UnprintableError, weird, weird_data


@settings(max_examples=examples(300), phases=[Phase.generate])
@given(
    data=weird_data,
    designation=st.sampled_from(["inputs", "predictions"]),
    filters=st.sampled_from(["error", "ignore"]),
)
def test_any_data(data: Any, designation: str, filters: Any) -> None:
    """Weird data are collected or counted, and ordinary ones after them are collected."""
    with collecting() as collected, warnings.catch_warnings():
        warnings.simplefilter(filters)
        collector = ModelDataCollector("m", designation)
        returned = collector.collect(data)
        assert returned is None or designation == "inputs"
        collector.collect(["ordinary"])
        assert mdc_core.flush(10)
        (counts,) = mdc_core.counts()
    assert counts.written + sum(counts.dropped.values()) == 2
    assert counts.written >= 1
    assert collected.rows(designation)[-1][0] == "ordinary"


@settings(max_examples=examples(50))
@given(identifier=weird)
def test_any_user_correlation_id(identifier: Any) -> None:
    """An id without a text loses its event, not the request."""
    with collecting("modern") as collected, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collector = ModelDataCollector("m", "inputs")
        collector.collect([1], user_correlation_id=identifier)
        assert collector.collect([2]) is not None
    assert collected.lines("model_inputs")[-1]["data"] == [{"column_0": 2}]


@pytest.mark.parametrize(
    "data",
    [
        np.array([(1, "x")], dtype=[("a", int), ("b", object)]),
        np.zeros((2, 0, 3)),
        np.array([[1 + 2j]]),
        np.array(["2020-13-01"], dtype=object),
        np.array([[1, 2]]).view(np.matrix),
        pd.DataFrame({"a": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)])),
        pd.DataFrame(columns=pd.MultiIndex.from_tuples([("a", "b")])),
        pd.DataFrame({"a": [pd.DataFrame({"b": [1]})]}),
        pd.DataFrame({"a": pd.period_range("2020", periods=1, freq="D")}),
        pd.DataFrame({"a": pd.interval_range(0, 1)}),
        pd.DataFrame({"a": pd.to_datetime(["2020-01-01"]).tz_localize("Europe/Vienna")}),
        pd.DataFrame({"a": [pd.Timedelta("1s")]}),
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        [[[[[]]]]],
        [object()],
        ["\ud800", "\0", "\r\n"],
        [10**400, -(10**400)],
    ],
    ids=lambda data: type(data).__name__,
)
def test_unusual_data_are_collected(data: Any) -> None:
    """What is unusual but sound is collected in both formats, without a word."""
    with collecting() as collected:
        assert ModelDataCollector("m", "inputs").collect(data) is not None
    assert len(collected.lines("model_inputs")) == 1
    assert any(path.endswith(".csv") for path in collected.files)


def test_a_list_that_holds_itself() -> None:
    """Endless data are shown as Python shows them, and the next are collected."""
    endless: list[Any] = [1]
    endless.append(endless)
    with collecting() as collected:
        collector = ModelDataCollector("m", "inputs")
        collector.collect(endless)
        collector.collect([2])
    assert [line["data"] for line in collected.lines("model_inputs")] == [
        [{"column_0": 1, "column_1": "[1, [...]]"}],
        [{"column_0": 2}],
    ]
    assert next(row[1] for row in collected.rows("inputs")) == "[1, [...]]"


def test_an_error_that_cannot_be_shown() -> None:
    """Even when an object's error has no text, the script goes on."""

    class Endless(list):  # type: ignore[type-arg]
        def __iter__(self) -> Any:
            raise UnprintableError

    with collecting():
        with pytest.warns(UserWarning, match="collect failed: .*UnprintableError"):
            assert ModelDataCollector("m", "inputs").collect(Endless()) is None
        (counts,) = mdc_core.counts()
    assert counts.dropped == {"error": 1}
