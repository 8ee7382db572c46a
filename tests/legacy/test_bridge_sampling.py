"""Sampling of old calls: a request is kept or dropped whole, and only its JSONL."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting

REQUESTS = 200


def _ids(collected: MemoryDestination, collection: str) -> list[str]:
    return [line["correlationid"] for line in collected.lines(collection)]


def test_inputs_and_outputs_are_kept_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ids kept of inputs and of outputs are the same, and CSV has every request."""
    with collecting() as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
        inputs = ModelDataCollector("m", "inputs")
        predictions = ModelDataCollector("m", "predictions")
        for number in range(REQUESTS):
            inputs.collect(np.array([number]))
            predictions.collect(np.array([number]))
        dropped = [counts.dropped for counts in mdc_core.counts()]
    kept = _ids(collected, "model_inputs")
    assert 0 < len(kept) < REQUESTS
    assert _ids(collected, "model_outputs") == kept
    assert dropped == [{}], "the CSV holds every event"
    assert len(collected.rows("inputs")) == len(collected.rows("predictions")) == REQUESTS


@pytest.mark.parametrize("kind", ["list", "array", "frame"])
def test_labels_that_arrive_later_are_kept_with_their_inputs(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What decides is the id that a row carries, not the call that brings it."""
    shapes = {"list": [1], "array": np.array([[1]]), "frame": pd.DataFrame({"y": [1]})}
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
        inputs = ModelDataCollector("m", "inputs")
        labels = ModelDataCollector("m", "labels")
        requests = [inputs.collect([number]) for number in range(REQUESTS)]
        for correlations in requests:
            labels.collect(labels.add_correlations(shapes[kind], correlations))
    kept = _ids(collected, "model_inputs")
    assert 0 < len(kept) < REQUESTS
    assert _ids(collected, "labels") == kept


def test_an_event_that_goes_nowhere_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CSV a sampled-out event is dropped, and counted with that reason."""
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
        inputs = ModelDataCollector("m", "inputs")
        for number in range(REQUESTS):
            inputs.collect([number])
        (counts,) = mdc_core.counts()
    kept = len(_ids(collected, "model_inputs"))
    assert counts.dropped == {"dropped_sampling": REQUESTS - kept}


def test_labels_of_several_requests_are_kept_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a frame of all labels those stay whose inputs were kept, and no others."""
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "5")
        inputs = ModelDataCollector("m", "inputs")
        requests = [inputs.collect([number]) for number in range(REQUESTS)]
        ModelDataCollector("m", "labels").collect(
            pd.DataFrame([{"y": 1, **(correlations or {})} for correlations in requests])
        )
    kept = _ids(collected, "model_inputs")
    assert 0 < len(kept) < REQUESTS
    assert _ids(collected, "labels") == kept


def test_a_rate_of_nothing_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 0 percent there is no line, and every row of CSV."""
    with collecting() as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "0")
        assert ModelDataCollector("m", "inputs").collect([1]) is not None
    assert collected.lines("model_inputs") == []
    assert len(collected.rows("inputs")) == 1
