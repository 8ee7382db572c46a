"""The collector service is tested where its extra is installed: the lane of the newest packages.

The packages of Azure that it is compared with have environments of their own.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("aiohttp") and find_spec("prometheus_client") else ["*"]


def _environment(folder: Path, *packages: str) -> Path:
    python = folder / "bin" / "python"
    for command in (
        ("venv", "--quiet", "--python", sys.executable, str(folder)),
        ("pip", "install", "--quiet", "--python", str(python), *packages),
    ):
        subprocess.run([sys.executable, "-m", "uv", *command], check=True, timeout=110)
    return python


@pytest.fixture(scope="session")
def azure_ai_ml(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the client of Azure, and ours behind it."""
    folder = tmp_path_factory.mktemp("azure-ai-ml") / "venv"
    python = _environment(folder, "azure-ai-ml==1.35.*")
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the official SDK."""
    return _environment(
        tmp_path_factory.mktemp("official") / "venv", "azureml-ai-monitoring==1.0.0", "pandas"
    )
