"""What is collected, and which variables decided it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mdc_bridge.doctor.modes import check_collections, check_mode, check_names
from mdc_core.settings import Settings
from tests.bridge.doctor.conftest import only


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "writes nothing: MDC_BRIDGE_MODE is not set"),
        ({"MDC_STORAGE": "/x"}, "JSONL only: MDC_BRIDGE_MODE is not set"),
        ({"MDC_BRIDGE_MODE": "auto", "MDC_STORAGE": "/x"}, "MDC_STORAGE asks for JSONL"),
        ({"AML_MODEL_DC_STORAGE_ENABLED": "true"}, "CSV only"),
        (
            {"AML_MODEL_DC_STORAGE_ENABLED": "true", "MDC_STORAGE": "/x"},
            "MDC_STORAGE asks for JSONL only where nothing asks for CSV",
        ),
        (
            {"AML_MODEL_DC_STORAGE_ENABLED": "true", "AZUREML_MDC_ENABLED": "true"},
            "CSV and JSONL: MDC_BRIDGE_MODE is not set, AML_MODEL_DC_STORAGE_ENABLED=true asks for",
        ),
        ({"AZUREML_MDC_ENABLED": "false", "MDC_STORAGE": "/x"}, "=false refuses JSONL"),
        ({"MDC_BRIDGE_MODE": "legacy"}, "CSV only: MDC_BRIDGE_MODE=legacy"),
        ({"MDC_BRIDGE_MODE": "dual"}, "CSV and JSONL: MDC_BRIDGE_MODE=dual"),
    ],
)
def test_mode(environ: dict[str, str], expected: str) -> None:
    check = only(check_mode(Settings.from_environ(environ), environ), "mode")
    assert expected in check.found
    assert (check.status.value == "warn") == ("nothing: " in check.found)


def test_worker_that_is_switched_off() -> None:
    environ = {"AZUREML_MDC_WORKER_DISABLED": "true"}
    checks = check_mode(Settings.from_environ(environ), environ)
    assert only(checks, "worker").status.value == "warn"


def test_collections_of_a_config_file(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    on = {"model_inputs": {"enabled": True, "sampleRatePercentage": 50}}
    file.write_text(json.dumps({"collections": {**on, "request": {"enabled": False}}}))
    environ = {"AZUREML_MDC_CONFIG_PATH": str(file), "MDC_COLLECTIONS": "sal=salaries"}
    checks = list(check_collections(Settings.from_environ(environ), environ))
    assert "on: model_inputs 50%; off: request" in only(checks, "collections").found
    assert only(checks, "collection names").found == "MDC_COLLECTIONS: sal -> salaries"
    file.write_text('{"collections": {}}')
    checks = list(check_collections(Settings.from_environ(environ), environ))
    assert only(checks, "collections").status.value == "warn"


def test_a_rate_of_nothing() -> None:
    environ = {"MDC_STORAGE": "/x", "AZUREML_MDC_SAMPLE_RATE": "0"}
    (check,) = check_collections(Settings.from_environ(environ), environ)
    assert check.status.value == "warn"
    assert "0% of the events are kept (AZUREML_MDC_SAMPLE_RATE)" in check.found


def test_names_of_the_model_map(tmp_path: Path) -> None:
    file = tmp_path / "model_config_map.json"
    account = {"subscriptionId": "s", "resourceGroupName": "g", "accountName": "w"}
    file.write_text(json.dumps({"modelsInfo": {"churn": {"7": {}}}, "accountContext": account}))
    settings = Settings.from_environ({"SERVICE_NAME": "churn_svc", "MDC_DEPLOYMENT": "blue"})
    checks = list(check_names(settings, file))
    assert "endpoint churn-svc, deployment blue, workspace s/g/w" in only(checks, "names").found
    assert "churn version 7" in only(checks, "model map").found
    file.write_text("[")
    assert only(check_names(settings, file), "model map").status.value == "warn"
