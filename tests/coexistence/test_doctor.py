"""The doctor in images as people build them: without the tools, with the official packages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Callable

import uv

OFFICIAL = "azureml-ai-monitoring==1.0.0"
MODERN = "import azureml.ai.monitoring"

ROOT = Path(__file__).parents[2]

Environment = Callable[..., Path]


def _examine(python: Path, folder: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and the checks by name."""
    ended = subprocess.run(
        [str(python), "-m", "mdc_bridge.doctor", "--json"],
        capture_output=True,
        check=False,
        cwd=folder,
        env={"MDC_STORAGE": str(folder / "root"), "MDC_BRIDGE_MODE": "dual"},
        text=True,
        timeout=100,
    )
    assert not ended.stderr
    return ended.returncode, {each["check"]: each for each in json.loads(ended.stdout)["checks"]}


def test_scoring_image(environment: Environment, tmp_path: Path) -> None:
    """The wheel without its extra; then the official package comes, goes, and ours is repaired."""
    (wheel,) = (ROOT / ".venv" / "dist").glob("*.whl")
    python = environment("mdc-bridge")
    code, checks = _examine(python, tmp_path)
    assert code == 0, checks
    assert "installed by mdc-bridge 0.1.0" in checks[MODERN]["found"]
    assert "numpy" in checks["dependencies"]["found"]

    _pip(python, "install", OFFICIAL)
    code, checks = _examine(python, tmp_path)
    assert (code, checks[MODERN]["status"]) == (1, "warn")
    assert "not mdc-bridge's: Collector of azureml.ai.monitoring.co" in checks[MODERN]["found"]
    assert "azureml-ai-monitoring 1.0.0" in checks[MODERN]["found"]
    assert checks["import azureml.monitoring"]["status"] == "ok"

    _pip(python, "uninstall", "azureml-ai-monitoring")
    code, checks = _examine(python, tmp_path)
    assert (code, checks[MODERN]["status"]) == (2, "fail")
    assert "of mdc-bridge is gone" in checks[MODERN]["found"]
    assert checks[MODERN]["todo"] == "pip install --force-reinstall --no-deps mdc-bridge"

    _pip(python, "install", OFFICIAL)
    _pip(python, "install", "--force-reinstall", "--no-deps", str(wheel))
    code, checks = _examine(python, tmp_path)
    assert (code, checks[MODERN]["status"]) == (1, "warn")
    assert checks[MODERN]["found"].startswith("mdc-bridge's: Collector of mdc_modern.collector")
    assert "uninstalling either removes it" in checks[MODERN]["found"]


def _pip(python: Path, command: str, *arguments: str) -> None:
    subprocess.run(
        [uv.find_uv_bin(), "pip", command, "--quiet", "--python", str(python), *arguments],
        check=True,
        timeout=100,
    )
