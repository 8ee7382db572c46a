"""Every variable that makes no sense is shown with its name, and secrets are shown nowhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import mdc_core
from mdc_bridge.doctor import doctor
from mdc_bridge.doctor.variables import KNOWN, read_variables

SENSELESS = {
    "MDC_BRIDGE_MODE": "both",
    "MDC_STORAGE": "ftp://host/folder",
    "AML_MODEL_DC_STORAGE": "AccountKey=abc",
    "MDC_ROLLING_RATE": "week",
    "MDC_LEGACY_FILE_NAME": "inputs",
    "MDC_WORKSPACE": "mine",
    "MDC_COLLECTIONS": "predictions",
    "MDC_SPOOL_DIR": "memory://x",
    "MDC_SPOOL_BYTES": "0",
    "MDC_QUEUE_BYTES": "many",
    "MDC_DELIVERY_INTERVAL": "-1",
    "MDC_SYNC_INTERVAL": "soon",
    "AZUREML_MDC_ENABLED": "yes",
    "AZUREML_MDC_SAMPLE_RATE": "200",
    "AZUREML_MDC_LOCAL_CAPTURE": "on",
    "AZUREML_MDC_PORT": "http",
    "AZUREML_MDC_QUEUE_CAPACITY": "1e3",
    "AZUREML_MDC_FORMAT_COMPACT": "1",
    "AZUREML_MDC_WORKER_DISABLED": "no",
    "AZUREML_MDC_DEBUG": "2",
}
KEY = "Zm9v" * 21 + "YQ=="
SAS = "sv=2022-11-02&ss=b&sp=rwd&sig=c2VjcmV0c2VjcmV0c2VjcmV0%3D"
SECRETS = (KEY, "c2VjcmV0c2VjcmV0c2VjcmV0")


@pytest.mark.parametrize("variable", SENSELESS)
def test_each_is_named(variable: str) -> None:
    (check,) = read_variables({variable: SENSELESS[variable]}).checks
    assert check.status.value == "fail"
    assert check.name == f"variable {variable}"
    assert "valid:" in check.found or "must be" in check.found


def test_all_at_once() -> None:
    """One that makes no sense does not hide the next, and the others are still read."""
    reading = read_variables({**SENSELESS, "MDC_ENDPOINT": "churn"})
    assert {check.name for check in reading.checks} == {f"variable {name}" for name in SENSELESS}
    assert reading.settings is not None
    assert reading.settings.endpoint == "churn"


def test_config_file_that_is_missing(tmp_path: Path) -> None:
    reading = read_variables({"AZUREML_MDC_CONFIG_PATH": str(tmp_path / "missing.json")})
    assert reading.checks[0].name == "variable AZUREML_MDC_CONFIG_PATH"


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("MDC_STORGE", "MDC_STORAGE"),
        ("MDC_MODE", "MDC_BRIDGE_MODE"),
        ("AML_MODEL_DC_STORAGE_ENABLE", "AML_MODEL_DC_STORAGE_ENABLED"),
        ("AZUREML_MDC_ENABLE", "AZUREML_MDC_ENABLED"),
    ],
)
def test_misspelt(variable: str, meant: str) -> None:
    (check,) = read_variables({variable: "true"}).checks
    assert (check.name, check.status.value) == (f"variable {variable}", "warn")
    assert f"did you mean {meant}?" in check.found


def test_variables_of_others_are_no_mistakes() -> None:
    """The collector beside the container has settings that begin like the SDK's."""
    reading = read_variables({"AZUREML_MDC_STORAGE_ENDPOINT": "x", "AZUREML_MODEL_DIR": "y"})
    assert [check.status.value for check in reading.checks] == ["ok"]


def test_known_are_those_that_are_read() -> None:
    sources = Path(mdc_core.__file__).parent
    text = "".join((sources / name).read_text() for name in ("settings.py", "mdc_config.py"))
    read = set(re.findall(r'"((?:MDC|AML_MODEL_DC|AZUREML_MDC)_[A-Z_]+|SERVICE_NAME)"', text))
    assert read | {"AZUREML_MDC_WORKER_COUNT"} == set(KNOWN)


@pytest.mark.parametrize("variable", KNOWN)
def test_no_secret_is_shown(variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Wherever a key or signature was put by mistake."""
    # They are told of no variables, and look through all that is installed.
    for check in ("check_packages", "check_versions", "check_age"):
        monkeypatch.setattr(f"mdc_bridge.doctor.examination.{check}", lambda: ())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for value in (
        f"AccountName=a;AccountKey={KEY};BlobEndpoint=http://127.0.0.1:9/a",
        f"AccountKey={KEY}",
        f"http://127.0.0.1:9/a?{SAS}",
        f"SharedAccessSignature={SAS};BlobEndpoint=http://127.0.0.1:9/a",
        f"http://user:{KEY}@127.0.0.1:9/a",
        KEY,
    ):
        environ = {"MDC_BRIDGE_MODE": "dual", "MDC_STORAGE": str(tmp_path), variable: value}
        report = doctor(environ, seconds=2)
        printed = report.as_text() + json.dumps(report.to_json())
        assert not [secret for secret in SECRETS if secret in printed], (value, printed)
