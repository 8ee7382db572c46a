"""`AZUREML_MDC_DEBUG`: the context comes back wrapped in the outcome of the call."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from mdc_core.testing import MemoryDestination, collecting

FRAME = pd.DataFrame({"a": [1]})


def _outcome(
    environment: pytest.MonkeyPatch, data: Any, **variables: str
) -> tuple[Any, MemoryDestination]:
    with collecting("modern") as collected:
        environment.setenv("AZUREML_MDC_DEBUG", "true")
        for name, value in variables.items():
            environment.setenv(name, value)
        collector = Collector(name="model_inputs", on_error=lambda error: None)
        returned = collector.collect(data, BasicCorrelationContext("mine", 1_700_000_000, {"k": 1}))
    return returned, collected


def test_an_accepted_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrapper says so and answers as the context in it does."""
    returned, collected = _outcome(monkeypatch, FRAME)
    assert returned.is_success() is True
    assert returned.get_message() == "accepted"
    assert (returned.get_id(), str(returned), repr(returned)) == ("mine", "mine", "mine")
    assert returned.get_timestamp() == 1_700_000_000
    assert returned.get_headers() == {"k": 1}
    assert len(collected.lines("model_inputs")) == 1


def test_a_call_dropped_by_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sampling is not an error; its message is `dropped_sampling`."""
    returned, collected = _outcome(monkeypatch, FRAME, AZUREML_MDC_SAMPLE_RATE="0")
    assert returned.get_message() == "dropped_sampling"
    assert returned.is_success() is False
    assert collected.files == {}


def test_a_refused_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is the error's text."""
    returned, _ = _outcome(monkeypatch, [1])
    assert returned.is_success() is False
    assert returned.get_message().startswith("data type (list) not supported")


def test_a_wrapper_is_a_context_for_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one call returned in debug mode correlates the next."""
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_DEBUG", "true")
        context = Collector(name="model_inputs").collect(FRAME)
        Collector(name="model_outputs").collect(FRAME, context)
    (inputs,), (outputs,) = collected.lines("model_inputs"), collected.lines("model_outputs")
    assert inputs["correlationid"] == outputs["correlationid"] == context.get_id()


def test_without_debug_the_context_itself_comes_back() -> None:
    """The same object, for inputs and for outputs."""
    context = BasicCorrelationContext()
    with collecting("modern"):
        assert Collector(name="model_inputs").collect(FRAME, context) is context
