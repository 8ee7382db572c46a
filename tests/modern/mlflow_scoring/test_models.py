"""Where the model lies that a server scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_core.errors import SettingsError
from mdc_modern.mlflow_scoring.scoring import find_model


@pytest.fixture
def above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder above two models."""
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    monkeypatch.delenv("MLFLOW_MODEL_FOLDER", raising=False)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "MLmodel").write_text("")
    return tmp_path


def test_by_name(above: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that the script has, and before it the variable's."""
    assert find_model("one") == above / "one"
    monkeypatch.setenv("MLFLOW_MODEL_FOLDER", "two")
    assert find_model("one") == above / "two"


def test_the_folder_itself(above: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where AZUREML_MODEL_DIR is the model's own folder, its name is not looked for below."""
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(above / "one"))
    assert find_model("one") == above / "one"
    assert find_model() == above / "one"


def test_without_a_name(above: Path) -> None:
    """Several models need one; the message lists them."""
    with pytest.raises(SettingsError, match=r"2 models .*\(one, two\); valid: one, or MLFLOW"):
        find_model()
    (above / "one" / "MLmodel").unlink()
    assert find_model() == above / "two"


def test_no_model(above: Path) -> None:
    """The message for a name without a model names both variables."""
    with pytest.raises(SettingsError, match="three holds no MLmodel; valid: MLFLOW_MODEL_FOLDER"):
        find_model("three")
