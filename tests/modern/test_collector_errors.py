"""What a `Collector` refuses, in the official words, raised or told to `on_error`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from mdc_core.testing import collecting

FRAME = pd.DataFrame({"a": [1]})

Switch = Callable[[pytest.MonkeyPatch], None]


def _off(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("MDC_STORAGE")
    environment.delenv("MDC_BRIDGE_MODE")


def _refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AZUREML_MDC_ENABLED", "false")


def _nowhere(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("MDC_STORAGE")


CONSTRUCTION: dict[str, tuple[str, Any, type[Exception], str]] = {
    "no name": ("", None, ValueError, "collection name is not provided"),
    "nothing asks": ("x", _off, RuntimeError, "custom logging is not enabled, drop the data"),
    "switched off": ("x", _refused, RuntimeError, "custom logging is not enabled, drop the data"),
    "nowhere to": ("x", _nowhere, ValueError, "there is nowhere to write JSONL to"),
}


@pytest.mark.parametrize("case", CONSTRUCTION)
def test_the_constructor_raises(case: str) -> None:
    """Without `on_error`, the error is the constructor's, and the nearest built-in one."""
    name, switch, kind, message = CONSTRUCTION[case]
    with collecting("modern"), pytest.MonkeyPatch.context() as environment:
        if switch is not None:
            switch(environment)
        with pytest.raises(kind, match=message) as raised:
            Collector(name=name)
    assert isinstance(raised.value, mdc_core.MdcError)


@pytest.mark.parametrize("case", CONSTRUCTION)
def test_on_error_is_told_at_construction_and_at_each_collect(case: str) -> None:
    """With `on_error` nothing is raised, and `collect` still returns the context."""
    name, switch, kind, message = CONSTRUCTION[case]
    told: list[Exception] = []
    context = BasicCorrelationContext(id="mine")
    with collecting("modern") as collected, pytest.MonkeyPatch.context() as environment:
        if switch is not None:
            switch(environment)
        collector = Collector(name=name, on_error=told.append)
        assert collector.collect(FRAME, context) is context
        assert collector.collect(FRAME).get_id() != ""
    assert [type(error) for error in told] == [type(told[0])] * 3
    assert all(isinstance(error, kind) and message in str(error) for error in told)
    assert collected.files == {}


def _refuse_type(collector: Collector) -> Any:
    return collector.collect([1, 2])  # type: ignore[arg-type]


def _refuse_context(collector: Collector) -> Any:
    return collector.collect(FRAME, "an id")  # type: ignore[arg-type]


def _refuse_closed(collector: Collector) -> Any:
    mdc_core.shutdown()
    return collector.collect(FRAME)


CALLS: dict[str, tuple[Callable[[Collector], Any], type[Exception], str]] = {
    "a list": (
        _refuse_type,
        TypeError,
        r"data type \(list\) not supported, supported types: pandas.DataFrame",
    ),
    "no context": (_refuse_context, TypeError, r"correlation_context \(str\) not supported"),
    "after shutdown": (_refuse_closed, RuntimeError, "^queue closed$"),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_call_raises(case: str) -> None:
    """Without `on_error`, a refused call raises into the script."""
    call, kind, message = CALLS[case]
    with collecting("modern") as collected:
        collector = Collector(name="model_inputs")
        with pytest.raises(kind, match=message):
            call(collector)
    assert collected.files == {}


@pytest.mark.parametrize("case", CALLS)
def test_a_call_tells_on_error(case: str) -> None:
    """With `on_error` the call returns what it was given, or a new context."""
    call, kind, _ = CALLS[case]
    told: list[Exception] = []
    with collecting("modern") as collected:
        collector = Collector(name="model_inputs", on_error=told.append)
        assert call(collector) is not None
    assert [isinstance(error, kind) for error in told] == [True]
    assert collected.files == {}


def test_a_full_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the bound of `AZUREML_MDC_QUEUE_CAPACITY` the official message is raised and counted."""
    with collecting("modern"):
        monkeypatch.setenv("AZUREML_MDC_QUEUE_CAPACITY", "2")
        monkeypatch.setenv("AZUREML_MDC_WORKER_DISABLED", "true")
        collector = Collector(name="model_inputs")
        collector.collect(FRAME)
        collector.collect(FRAME)
        with pytest.raises(RuntimeError) as raised:
            collector.collect(FRAME)
        (counts,) = mdc_core.counts()
    assert str(raised.value) == (
        "Too many requests lead to message queue is full, please reduce the number of requests."
    )
    assert isinstance(raised.value, mdc_core.QueueFullError)
    assert (counts.accepted, counts.dropped) == (2, {"queue_full": 1})


def test_what_on_error_raises_reaches_the_script() -> None:
    """An `on_error` that raises decides itself what the script sees."""

    def fail(error: Exception) -> None:
        raise LookupError("mine") from error

    with collecting("modern"):
        collector = Collector(name="model_inputs", on_error=fail)
        with pytest.raises(LookupError, match="mine"):
            collector.collect([1])  # type: ignore[arg-type]


@pytest.mark.parametrize("variable", ["AZUREML_MDC_SAMPLE_RATE", "AZUREML_MDC_DEBUG"])
def test_a_setting_that_makes_no_sense(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable and what is valid, and is a ValueError."""
    with collecting("modern"):
        monkeypatch.setenv(variable, "lots")
        with pytest.raises(ValueError, match=f"{variable} is 'lots'; valid: "):
            Collector(name="model_inputs")


def test_positional_names_are_refused() -> None:
    """The constructor's arguments are keywords, as the official ones."""
    with pytest.raises(TypeError, match="positional"):
        Collector("model_inputs")  # type: ignore[misc]


@pytest.mark.usefixtures("ends_wait")
def test_errors_of_the_folder_are_not_the_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be made is logged; `collect` accepts and goes on."""
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "file" / "folder"))
    assert Collector(name="model_inputs").collect(FRAME).get_id()
    assert not mdc_core.shutdown(0.2)
    assert "writing fails" in caplog.text
