"""Whose the imports are, also where something is in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mdc_bridge.doctor.packages import check_packages
from tests.bridge.doctor.conftest import only


def test_ours() -> None:
    check = only(check_packages(), "import azureml.ai.monitoring")
    assert check.status.value == "ok"
    assert "mdc-bridge's: Collector of mdc_modern.collector" in check.found


def _plant(root: Path, path: str, text: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_something_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder `azureml` with an `__init__.py` hides all that is installed below that name."""
    _plant(tmp_path, "azureml/__init__.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    check = only(check_packages(), "import azureml.monitoring")
    assert check.status.value == "fail"
    assert f"{tmp_path}/azureml/__init__.py makes of the namespace" in check.found


def test_import_that_prints_what_is_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plant(tmp_path, "azureml/__init__.py")
    text = "import os; os.write(1, b'\\xff\\n')\nclass ModelDataCollector: pass\n"
    _plant(tmp_path, "azureml/monitoring/__init__.py", text)
    monkeypatch.syspath_prepend(str(tmp_path))
    check = only(check_packages(), "import azureml.monitoring")
    assert "not mdc-bridge's: ModelDataCollector of azureml.monitoring" in check.found


def test_import_that_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As native code does that finds another system than it was made for."""
    _plant(tmp_path, "azureml/__init__.py")
    _plant(tmp_path, "azureml/monitoring/__init__.py", "import os; os.abort()")
    monkeypatch.syspath_prepend(str(tmp_path))
    check = only(check_packages(), "import azureml.monitoring")
    assert "the importing process ended with -6" in check.found


def test_official_package_installed_over_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its record claims the files; what is imported decides whose they are."""
    _plant(tmp_path, "azureml/ai/monitoring/__init__.py", "class Collector: pass\n")
    record = "azureml/ai/monitoring/__init__.py,,\n"
    info = "azureml_ai_monitoring-1.0.0.dist-info"
    _plant(tmp_path, f"{info}/METADATA", "Name: azureml-ai-monitoring\nVersion: 1.0.0\n")
    _plant(tmp_path, f"{info}/RECORD", record)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    check = only(check_packages(), "import azureml.ai.monitoring")
    assert check.status.value == "warn"
    assert "installed by mdc-bridge" in check.found
    assert "azureml-ai-monitoring 1.0.0" in check.found
    assert "ModelDataCollector works all the same" in check.found
    assert check.todo.startswith("pip uninstall azureml-ai-monitoring, then pip install")
