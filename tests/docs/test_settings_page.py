"""docs/settings.md has the variables that the code reads, and no others."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/settings.md"
_NAME = r"(?:MDC|AZUREML_MDC|AML_MODEL_DC)_[A-Z_]+|SERVICE_NAME"
# Read by code, and not settings: the first is described below the table.
_OTHERS = {"AZUREML_MDC_WORKER_COUNT"}


def test_every_variable() -> None:
    """Names in the first column are the names that stand in the sources as texts."""
    sources = [*(ROOT / "core").rglob("*.py"), *(ROOT / "bridge/mdc_bridge").glob("*.py")]
    read = {
        name
        for source in sources
        for name in re.findall(rf'"({_NAME})"', source.read_text(encoding="utf-8"))
    }
    rows = re.findall(r"^\| (`.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(rf"`({_NAME})`", row)}
    assert listed == read - _OTHERS
