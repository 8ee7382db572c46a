"""What the documents show of the commands is what these print."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import commands_of, matches
from tests.docs.service import make_agent_files, make_service

# Each command is a process of its own, which takes seconds on a busy machine.
pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
AGENT_PAGE = ROOT / "docs/agent.md"
PAGES = [ROOT / "MIGRATION.md", *sorted((ROOT / "docs/commands").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of a page prints what stands below it, in a folder that has the service."""
    folder = tmp_path / "services" / "churn"
    folder.mkdir(parents=True)
    make_service(folder, monkeypatch)
    assert_printed(page, folder)


def test_agent_page(tmp_path: Path) -> None:
    """Likewise of the collector service, in a folder that has its files."""
    make_agent_files(tmp_path)
    assert_printed(AGENT_PAGE, tmp_path)


def assert_printed(page: Path, folder: Path) -> None:
    """Run the commands of a page."""
    commands = commands_of(page)
    assert commands
    environ = {**os.environ, "COLUMNS": "100", "PYTHONPATH": os.pathsep.join(sys.path)}
    for command in commands:
        printed = run(command.words, folder, environ)
        assert matches(command.printed, printed), f"{command.words}\n{printed}"


def run(words: list[str], folder: Path, environ: dict[str, str]) -> str:
    """Return what a command prints, errors included; settings may stand in front of it."""
    at = next(at for at, word in enumerate(words) if "=" not in word)
    settings = dict(word.split("=", 1) for word in words[:at])
    command = words[at:]
    if command[0] == "mdc-bridge":
        command = [sys.executable, "-m", "mdc_bridge", *command[1:]]
    elif command[0] == "mdc-agent":
        command = [sys.executable, "-m", "mdc_agent", *command[1:]]
    elif command[0] == "python":
        command = [sys.executable, *command[1:]]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout
