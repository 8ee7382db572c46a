"""`AZUREML_MDC_CONFIG_PATH`: which collections are on and at what rate; and the plain variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from mdc_core.testing import MemoryDestination, collecting

FRAME = pd.DataFrame({"a": [1]})
EVENTS = 400

Configure = Callable[[Any], None]


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Return a function that writes the file and names it, to be called inside `collecting`."""

    def write(content: Any) -> None:
        path = tmp_path / "mdc-config.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(path))

    return write


def _collect_many(name: str) -> None:
    collector = Collector(name=name)
    for at in range(EVENTS):
        collector.collect(FRAME, BasicCorrelationContext(id=f"request-{at}"))


def _kept(collected: MemoryDestination, name: str) -> list[str]:
    return [line["correlationid"] for line in collected.lines(name)]


@pytest.mark.parametrize("enabled", [True, "true", "True", "TRUE"])
def test_an_enabled_collection(enabled: Any, configure: Configure) -> None:
    """Booleans and texts of any case switch a collection on."""
    with collecting("auto") as collected:
        configure({"collections": {"model_inputs": {"enabled": enabled}}})
        Collector(name="model_inputs").collect(FRAME)
    assert len(collected.lines("model_inputs")) == 1


@pytest.mark.parametrize(
    "collections",
    [
        {"other": {"enabled": True}},
        {"other": {"enabled": True}, "model_inputs": {"enabled": False}},
        {"other": {"enabled": True}, "model_inputs": {"enabled": "False"}},
        {"other": {"enabled": True}, "model_inputs": {}},
    ],
    ids=str,
)
def test_a_collection_that_is_not_enabled(collections: Any, configure: Configure) -> None:
    """What the file does not switch on is refused by its name."""
    with collecting("auto"):
        configure({"collections": collections})
        with pytest.raises(RuntimeError) as raised:
            Collector(name="model_inputs")
    assert str(raised.value) == "collection model_inputs is not enabled, drop the data"


def test_names_are_compared_in_lower_case(configure: Configure) -> None:
    """The file's and the script's spelling may differ; the folder has the script's."""
    with collecting("auto") as collected:
        configure({"collections": {"Model_Inputs": {"enabled": True}}})
        Collector(name="MODEL_inputs").collect(FRAME)
    assert len(collected.lines("MODEL_inputs")) == 1


@pytest.mark.parametrize(
    "collections",
    [
        {},
        {"request": {"enabled": True}, "response": {"enabled": True}},
        {"Request": {"enabled": True}},
        {"model_inputs": {"enabled": False}},
    ],
    ids=str,
)
def test_payload_logging_alone_is_no_custom_logging(collections: Any, configure: Configure) -> None:
    """`request` and `response`, or nothing at all, leave custom logging off."""
    with collecting("auto"):
        configure({"collections": collections})
        with pytest.raises(RuntimeError, match=r"^custom logging is not enabled, drop the data$"):
            Collector(name="model_inputs")


def test_payload_logging_beside_custom_logging(configure: Configure) -> None:
    """With one custom collection on, that one is collected."""
    with collecting("auto") as collected:
        configure({"collections": {"request": {"enabled": True}, "mine": {"enabled": True}}})
        Collector(name="mine").collect(FRAME)
    assert len(collected.lines("mine")) == 1


def test_the_file_decides_alone(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    """`AZUREML_MDC_ENABLED` and the rate beside it say nothing when there is a file."""
    with collecting("auto") as collected:
        configure({"collections": {"model_inputs": {"enabled": True}}})
        monkeypatch.setenv("AZUREML_MDC_ENABLED", "false")
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "0")
        Collector(name="model_inputs").collect(FRAME)
    assert len(collected.lines("model_inputs")) == 1


@pytest.mark.parametrize("spelling", ["sampleRatePercentage", "sampling_percentage"])
@pytest.mark.parametrize("rate", [50, "50", 50.0])
def test_a_rate_of_the_file(spelling: str, rate: Any, configure: Configure) -> None:
    """About half is kept of a collection at 50 percent, by either spelling."""
    with collecting("auto") as collected:
        configure({"collections": {"model_inputs": {"enabled": True, spelling: rate}}})
        _collect_many("model_inputs")
        dropped = sum(counts.dropped["dropped_sampling"] for counts in mdc_core.counts())
    kept = len(_kept(collected, "model_inputs"))
    assert 0.4 * EVENTS < kept < 0.6 * EVENTS
    assert kept + dropped == EVENTS


def test_each_collection_has_its_own_rate(configure: Configure) -> None:
    """What a lower rate keeps, every higher one keeps too."""
    with collecting("auto") as collected:
        configure(
            {
                "collections": {
                    "few": {"enabled": True, "sampleRatePercentage": 10},
                    "half": {"enabled": True, "sampleRatePercentage": 50},
                    "all": {"enabled": True},
                }
            }
        )
        for name in ("few", "half", "all"):
            _collect_many(name)
    few, half = set(_kept(collected, "few")), set(_kept(collected, "half"))
    assert 0 < len(few) < len(half) < EVENTS
    assert few < half
    assert len(_kept(collected, "all")) == EVENTS


def test_the_rate_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """`AZUREML_MDC_SAMPLE_RATE` keeps inputs and outputs of a request together."""
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "30")
        for name in ("model_inputs", "model_outputs"):
            _collect_many(name)
    kept = _kept(collected, "model_inputs")
    assert 0.2 * EVENTS < len(kept) < 0.4 * EVENTS
    assert _kept(collected, "model_outputs") == kept


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        {"collections": []},
        {"collections": {"model_inputs": True}},
        {"collections": {"model_inputs": {"enabled": "yes"}}},
        {"collections": {"model_inputs": {"enabled": True, "sampleRatePercentage": 101}}},
        {"collections": {"model_inputs": {"enabled": True, "sampling_percentage": "lots"}}},
    ],
    ids=str,
)
def test_a_file_that_makes_no_sense(content: Any, configure: Configure) -> None:
    """The error names the variable and the file."""
    with collecting("auto"):
        configure(content)
        with pytest.raises(ValueError, match=r"AZUREML_MDC_CONFIG_PATH \(.*mdc-config.json\)"):
            Collector(name="model_inputs")


def test_without_a_file_every_collection_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """`AZUREML_MDC_ENABLED=true` enables collections of any name."""
    with collecting("auto") as collected:
        monkeypatch.setenv("AZUREML_MDC_ENABLED", "True")
        Collector(name="anything").collect(FRAME)
    assert len(collected.lines("anything")) == 1
