"""A small service as the documents show it: scripts, an environment, and what it has collected."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pytest
from freezegun import freeze_time

import mdc_core

FILES = Path(__file__).parent / "service_files"
# When requests came, and the mode they were collected in: dual mode began at ten.
_HOURS = (
    ("2026-11-21T09:10:00", "legacy"),
    ("2026-11-21T10:20:00", "dual"),
    ("2026-11-22T08:30:00", "dual"),
)


def make_agent_files(folder: Path) -> None:
    """Put the files that the collector service follows into a folder."""
    shutil.copytree(Path(__file__).parent / "agent_files", folder, dirs_exist_ok=True)


def make_service(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Put the service's files into a folder, and what 300 requests collect.

    Args:
        folder: an empty one; `collected` in it is the storage.
        patch: of the environment.
    """
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    patch.setenv("AML_MODEL_DC_STORAGE_ENABLED", "true")
    patch.setenv("MDC_STORAGE", str(folder / "collected"))
    patch.setenv("SERVICE_NAME", "churn-service")
    spec = importlib.util.spec_from_file_location("documented_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    for hour, mode in _HOURS:
        patch.setenv("MDC_BRIDGE_MODE", mode)
        score.init()
        with freeze_time(hour) as clock:
            for at in range(100):
                rows = [[20 + at % 50, 1000 + 13 * at], [21 + at % 50, 1200 + 11 * at]]
                score.run(json.dumps({"data": rows[: 1 + at % 2]}))
                clock.tick(3)
            mdc_core.flush()
    mdc_core.shutdown()
    for name in ("AML_MODEL_DC_STORAGE_ENABLED", "MDC_BRIDGE_MODE", "MDC_STORAGE", "SERVICE_NAME"):
        patch.delenv(name)
