"""The doctor on Python 3.6, where the original package writes the CSV."""

from __future__ import annotations

from typing import Dict

import pytest

from mdc_bridge.doctor import packages
from mdc_bridge.doctor.original import IN_FRONT, check_original, is_for_original
from mdc_core.settings import Settings

ACCOUNT = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=aw==;EndpointSuffix=core.net"
CSV = {"AML_MODEL_DC_STORAGE_ENABLED": "true", "AML_MODEL_DC_STORAGE": ACCOUNT}


@pytest.mark.parametrize(
    ("python", "expected"), [((3, 6), True), ((3, 7), False), ((3, 14), False)]
)
def test_pythons(python: tuple[int, ...], expected: bool) -> None:
    """3.6 is the only one on which both are installed."""
    assert is_for_original(python) is expected


@pytest.mark.parametrize(
    ("environ", "status", "found"),
    [
        (CSV, "ok", "writes the CSV, whatever MDC_BRIDGE_MODE says"),
        ({"MDC_BRIDGE_MODE": "dual", "MDC_STORAGE": "/data"}, "warn", "_ENABLED is not true"),
        ({**CSV, "AML_MODEL_DC_STORAGE": "/data"}, "fail", "is not a connection string"),
        ({**CSV, "AML_MODEL_DC_STORAGE": "", "MDC_STORAGE": ACCOUNT}, "fail", "not a connection"),
    ],
)
def test_what_its_variables_say(environ: Dict[str, str], status: str, found: str) -> None:
    """The original reads its own two variables, and takes a connection string only."""
    (check,) = check_original(Settings.from_environ(environ), environ)
    assert (check.name, check.status.value) == ("original", status)
    assert found in check.found


@pytest.mark.parametrize(
    ("loads", "status", "found"),
    [(True, "ok", "in front of the original"), (False, "fail", "does not load")],
)
def test_what_scripts_import(
    monkeypatch: pytest.MonkeyPatch, loads: bool, status: str, found: str
) -> None:
    """The class in front is as it should be, if the original's native library loads."""
    ours = {"of": "mdc_modern.collector", "path": "x", "loads": True}
    front = {"of": IN_FRONT, "path": "x", "loads": loads}
    answers = {"azureml.monitoring": front, "azureml.ai.monitoring": ours}
    monkeypatch.setattr(packages, "_imported", lambda _: answers)
    check = next(iter(packages.check_packages()))
    assert (check.name, check.status.value) == ("import azureml.monitoring", status)
    assert found in check.found
