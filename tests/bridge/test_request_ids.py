"""The id of the HTTP request is that of its inputs and outputs, and decides what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import flask
import numpy as np
import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from azureml.monitoring import ModelDataCollector
from mdc_core.data.sampling import is_sampled
from mdc_core.http_request import serving
from mdc_core.testing import collecting

APP = flask.Flask("score")
IDS = [f"request-{number}" for number in range(40)]


class Legacy:
    """A script of the old SDK."""

    def __init__(self) -> None:
        self.inputs = ModelDataCollector("m", "inputs", ["x"])
        self.predictions = ModelDataCollector("m", "predictions", ["y"])

    def run(self) -> None:
        self.inputs.collect(np.ones((1, 1)))
        self.predictions.collect(np.ones((1, 1)))


class Correlated(Legacy):
    """One that says whose outputs they are."""

    def run(self) -> None:
        correlations = self.inputs.collect(np.ones((1, 1)))
        outputs = self.predictions.add_correlations(np.ones((1, 1)), correlations)
        self.predictions.collect(outputs)


class Modern:
    """A script of the new SDK."""

    def __init__(self) -> None:
        self.inputs = Collector(name="model_inputs")
        self.outputs = Collector(name="model_outputs")

    def run(self) -> None:
        context = self.inputs.collect(pd.DataFrame({"x": [1]}))
        self.outputs.collect(pd.DataFrame({"y": [1]}), context)


class Named(Modern):
    """One with ids of its own."""

    def run(self) -> None:
        context = self.inputs.collect(pd.DataFrame({"x": [1]}), BasicCorrelationContext("mine"))
        self.outputs.collect(pd.DataFrame({"y": [1]}), context)


SCRIPTS = (Legacy, Correlated, Modern, Named)


def in_flask(script: Any, identifier: str) -> None:
    with APP.test_request_context(headers={"X-Request-Id": identifier}):
        script.run()


def made_by_the_server(script: Any, identifier: str) -> None:
    with APP.test_request_context():
        flask.g.request_id = identifier
        script.run()


def behind_a_middleware(script: Any, identifier: str) -> None:
    with serving(identifier):
        script.run()


WAYS = (in_flask, made_by_the_server, behind_a_middleware)


@pytest.mark.parametrize("make", SCRIPTS)
@pytest.mark.parametrize("way", WAYS)
def test_inputs_and_outputs_have_it(way: Any, make: Any) -> None:
    """It is `xrequestid` of both; what joins them as correlation id stays what it was."""
    with collecting("modern") as collected:
        script = make()
        for identifier in IDS[:3]:
            way(script, identifier)
    inputs, outputs = collected.lines("model_inputs"), collected.lines("model_outputs")
    assert [line["xrequestid"] for line in inputs] == IDS[:3]
    assert [line["xrequestid"] for line in outputs] == IDS[:3]
    assert [line["correlationid"] for line in inputs] == [line["correlationid"] for line in outputs]
    assert not {line["correlationid"] for line in inputs} & set(IDS)


@pytest.mark.parametrize("make", SCRIPTS)
@pytest.mark.parametrize("way", WAYS)
def test_it_decides_what_is_kept(
    way: Any, make: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Payloads of the same ids are kept: sampling goes by the hash of it."""
    config = tmp_path / "mdc-config.json"
    rule = {"enabled": True, "sampleRatePercentage": 30}
    config.write_text(
        json.dumps(
            {"runMode": "cloud", "collections": {"model_inputs": rule, "model_outputs": rule}}
        )
    )
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(config))
        script = make()
        for identifier in IDS:
            way(script, identifier)
    kept = [identifier for identifier in IDS if is_sampled(identifier, 30)]
    assert [line["xrequestid"] for line in collected.lines("model_inputs")] == kept
    assert [line["xrequestid"] for line in collected.lines("model_outputs")] == kept
