"""What one unchanged call becomes: CSV, JSONL or both, by mode and by what the image sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector

LEGACY = {"AML_MODEL_DC_STORAGE_ENABLED": "true", "AML_MODEL_DC_STORAGE": "{root}"}
MODERN = {"AZUREML_MDC_ENABLED": "true", "MDC_STORAGE": "{root}"}
HERE = {"MDC_STORAGE": "{root}"}

CASES: dict[str, tuple[dict[str, str], set[str]]] = {
    "an old image": (LEGACY, {"csv"}),
    "an online endpoint": (MODERN, {"jsonl"}),
    "both ask": ({**LEGACY, **MODERN}, {"csv", "jsonl"}),
    "only a storage": (HERE, {"jsonl"}),
    "an old image with a storage": ({**LEGACY, **HERE}, {"csv"}),
    "legacy": ({**HERE, "MDC_BRIDGE_MODE": "legacy"}, {"csv"}),
    "dual": ({**HERE, "MDC_BRIDGE_MODE": "dual"}, {"csv", "jsonl"}),
    "modern": ({**HERE, "MDC_BRIDGE_MODE": "modern"}, {"jsonl"}),
    "legacy although the endpoint asks": ({**MODERN, "MDC_BRIDGE_MODE": "legacy"}, {"csv"}),
    "modern although the image asks": (
        {**LEGACY, **HERE, "MDC_BRIDGE_MODE": "modern"},
        {"jsonl"},
    ),
    "dual on an old image's storage": ({**LEGACY, "MDC_BRIDGE_MODE": "Dual"}, {"csv", "jsonl"}),
    "nobody asks": ({"AML_MODEL_DC_STORAGE": "{root}"}, set()),
    "switched off": ({**LEGACY, "AML_MODEL_DC_STORAGE_ENABLED": "false"}, set()),
}


@pytest.mark.parametrize("case", CASES)
def test_mode(
    case: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The files that one call leaves are of the kinds that the environment asks for."""
    environment, kinds = CASES[case]
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(root=tmp_path))

    ModelDataCollector("m", "inputs").collect(np.array([[1.5]]))
    assert mdc_core.shutdown()

    assert {path.suffix[1:] for path in tmp_path.rglob("*.*") if path.is_file()} == kinds


def test_dual_mode_may_use_two_storages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV goes where the legacy variable says and JSONL where `MDC_STORAGE` says."""
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    monkeypatch.setenv("AML_MODEL_DC_STORAGE", str(tmp_path / "old"))
    monkeypatch.setenv("MDC_STORAGE", (tmp_path / "new").as_uri())

    ModelDataCollector("m", "inputs").collect([1])
    assert mdc_core.shutdown()

    assert [path.parts[0] for path in _files(tmp_path / "old")] == ["modeldata"]
    assert [path.parts[0] for path in _files(tmp_path / "new")] == ["modelDataCollector"]


def _files(root: Path) -> list[Path]:
    found = (path.relative_to(root) for path in root.rglob("*.*") if path.is_file())
    return [path for path in found if path.parts[0] != ".mdc-bridge"]
