"""Throw-away environments that hold our wheel and its neighbours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
import uv

ROOT = Path(__file__).parents[2]

Environment = Callable[..., Path]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return a function that installs requirements one after the other and returns the python.

    `mdc-bridge` among the requirements stands for the wheel that was built from this checkout.
    """
    (wheel,) = (ROOT / ".venv" / "dist").glob("*.whl")
    python = tmp_path / "environment" / "bin" / "python"

    def run(*arguments: str) -> None:
        subprocess.run(
            [uv.find_uv_bin(), *arguments],
            check=True,
            env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
            timeout=110,
        )

    def install(*steps: str) -> Path:
        run("venv", "--quiet", "--python", sys.executable, str(python.parents[1]))
        for step in steps:
            requirement = str(wheel) if step == "mdc-bridge" else step
            run("pip", "install", "--quiet", "--python", str(python), requirement)
        return python

    return install
