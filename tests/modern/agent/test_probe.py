"""The probe of a pod asks the agent from within its container."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdc_agent.probe import probe
from tests.modern.agent.running import Running
from tests.ports import free_port


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Yield an agent that listens."""
    agent = Running(tmp_path)
    yield agent
    agent.close()


@pytest.mark.parametrize("page", ["ready", "health"])
def test_an_agent_that_listens(running: Running, page: str) -> None:
    """Both pages are fine."""
    assert probe([page, str(running.port)]) == 0


def test_no_agent(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens: the exit code says no, and the port is named."""
    port = free_port()
    assert probe(["ready", str(port)]) == 1
    assert f"does not answer on port {port}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["metrics"], ["ready", "x"], ["ready", "1", "2"]])
def test_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is another, and the usage is printed."""
    assert probe(arguments) == 2
    assert "usage: python -m mdc_agent.probe" in capsys.readouterr().err


def test_it_needs_the_standard_library_alone() -> None:
    """A probe runs every few seconds, so that importing it must cost next to nothing."""
    code = "import sys, mdc_agent.probe; print('numpy' in sys.modules, 'aiohttp' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout == "False False\n"
