"""Local capture: on a developer's machine, collected frames are log lines."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
MESSAGE = '2022-12-01 08:51:30 | model_inputs | mine | [{"a":1,"b":"x"},{"a":2,"b":null}]'


def _collect() -> None:
    context = BasicCorrelationContext("mine", 1_669_884_690)
    Collector(name="model_inputs").collect(FRAME, context)
    assert mdc_core.shutdown()


def _messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "local.capture"]


def test_the_variable(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """`AZUREML_MDC_LOCAL_CAPTURE` logs time, collection, id and rows."""
    caplog.set_level(logging.INFO, "local.capture")
    monkeypatch.setenv("AZUREML_MDC_ENABLED", "true")
    monkeypatch.setenv("AZUREML_MDC_LOCAL_CAPTURE", "true")
    _collect()
    assert _messages(caplog) == [MESSAGE]


def test_run_mode_local(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """`runMode: local` in the config file, as local deployments have it, does the same."""
    config = tmp_path / "mdc-config.json"
    config.write_text(
        json.dumps({"runMode": "local", "collections": {"model_inputs": {"enabled": "True"}}})
    )
    caplog.set_level(logging.INFO, "local.capture")
    monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(config))
    _collect()
    assert _messages(caplog) == [MESSAGE]


def test_a_storage_comes_before_local_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With `MDC_STORAGE`, the lines are stored and not logged."""
    caplog.set_level(logging.INFO, "local.capture")
    monkeypatch.setenv("AZUREML_MDC_ENABLED", "true")
    monkeypatch.setenv("AZUREML_MDC_LOCAL_CAPTURE", "true")
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path))
    _collect()
    assert _messages(caplog) == []
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1
