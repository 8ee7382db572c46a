"""`python -m mdc_bridge` is the command."""

from __future__ import annotations

import subprocess
import sys


def test_python_dash_m() -> None:
    """It names itself as the command does."""
    command = [sys.executable, "-m", "mdc_bridge", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Usage: mdc-bridge [OPTIONS] COMMAND" in shown
