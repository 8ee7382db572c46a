"""`python -m mdc_bridge` is the command."""

from __future__ import annotations

import subprocess
import sys

import pytest

_COMMAND = [sys.executable, "-m", "mdc_bridge", "--help"]
_HAS_TOOLS = sys.version_info >= (3, 9)


@pytest.mark.skipif(not _HAS_TOOLS, reason="the tools need Python 3.9")
def test_python_dash_m() -> None:
    """It names itself as the command does."""
    shown = subprocess.run(_COMMAND, capture_output=True, text=True, check=True).stdout
    assert "Usage: mdc-bridge [OPTIONS] COMMAND" in shown


@pytest.mark.skipif(_HAS_TOOLS, reason="of older Pythons")
def test_an_older_python_is_told_what_the_commands_need() -> None:
    """In one line, with what does run here."""
    ended = subprocess.run(_COMMAND, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "need Python 3.9 or newer" in ended.stderr
    assert "python -m mdc_bridge.doctor" in ended.stderr
    assert ended.stderr.count("\n") == 1
