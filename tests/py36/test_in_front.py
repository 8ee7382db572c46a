"""In front of the original: its calls and results as they were, and the JSONL of the same calls."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from mdc_py36 import in_front
from mdc_py36.in_front import in_front_of

import mdc_core
from mdc_core.destinations.memory import MemoryDestination
from mdc_core.testing import collecting
from tests.py36 import stand_in

Front: Any = in_front_of(stand_in.ModelDataCollector)


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryDestination]:
    """Both are asked for, as in an image of AKS whose service is in dual mode."""
    with collecting() as found:
        monkeypatch.setenv("AML_MODEL_DC_STORAGE_ENABLED", "true")
        monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
        yield found


def test_the_class_is_the_originals_to_look_at() -> None:
    """Name, signature, text and base are those that scripts and tools see without us."""
    original = stand_in.ModelDataCollector
    assert issubclass(Front, original)
    assert (Front.__name__, Front.__doc__) == (original.__name__, original.__doc__)
    assert inspect.signature(Front) == inspect.signature(original)


def test_results_are_the_originals_and_lines_have_its_ids(collected: MemoryDestination) -> None:
    """The id and the time of the dict are those of the line, the user's text in front of it too."""
    inputs = Front("churn", "inputs", feature_names=["age"])
    correlations = inputs.collect([31], user_correlation_id="loan-7-")
    assert inputs.written == [[31]]
    assert set(correlations) == {"$aml_dc_scoring_timestamp", "$aml_dc_correlation_id"}
    (line,) = collected.lines("model_inputs")
    assert line["correlationid"] == correlations["$aml_dc_correlation_id"]
    assert line["correlationid"].startswith("loan-7-")
    assert line["time"] == stand_in.TIME + "Z"
    assert line["data"] == [{"age": 31}]


def test_no_csv_is_ours(collected: MemoryDestination) -> None:
    """The original writes it; ours would be there twice."""
    Front("churn", "predictions", feature_names=["p"]).collect([0.5])
    assert len(collected.lines("model_outputs")) == 1
    assert collected.rows("predictions") == []


def test_other_calls_are_the_originals(collected: MemoryDestination) -> None:
    """What it does to correlations is its own affair."""
    assert Front("churn").add_correlations([1], {"a": 2}) == ["original", [1], {"a": 2}]


def test_its_errors_are_its_own_and_lose_no_line(collected: MemoryDestination) -> None:
    """What fails in the original fails as it did, and the data are there all the same."""
    front = Front("churn", "labels", feature_names=["a"])
    with pytest.raises(AttributeError, match="_handle"):
        front.collect(["fails"])
    assert collected.lines("labels")[0]["data"] == [{"a": "fails"}]
    with pytest.raises(TypeError, match="identifier"):
        Front("churn", identifier="labels")


def test_one_warning_for_what_is_no_data(collected: MemoryDestination) -> None:
    """The original warns; we count."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert Front("churn", "general").collect("text") is None
    assert [str(each.message) for each in caught] == ["collect failed: input data must be list"]
    assert mdc_core.counts()[0].dropped == {"unsupported_type": 1}


@pytest.mark.parametrize(
    ("mode", "lines"), [("legacy", 0), ("dual", 1), ("modern", 1), ("auto", 0)]
)
def test_modes(
    collected: MemoryDestination, monkeypatch: pytest.MonkeyPatch, mode: str, lines: int
) -> None:
    """The mode decides on the JSONL alone, and nothing is printed where there is none."""
    monkeypatch.setenv("MDC_BRIDGE_MODE", mode)
    front = Front("churn", "predictions")
    front.collect([1])
    assert front.written == [[1]]
    assert len(collected.lines("model_outputs")) == lines


def test_where_ours_cannot_be_made_the_original_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is logged and costs the lines only."""

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(in_front, "BesideOriginal", fails)
    front = Front("churn", "inputs")
    assert front.collect([1]) is not None
    assert "only the original collects" in caplog.text
