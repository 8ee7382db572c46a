"""What the documents show of the commands is what these print."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import commands_of, matches
from tests.docs.service import make_agent_files, make_service
from tests.forked_python import ForkedPython

# A page has a dozen commands.
pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
AGENT_PAGE = ROOT / "docs/agent.md"
PAGES = [ROOT / "MIGRATION.md", *sorted((ROOT / "docs/commands").glob("*.md"))]
LOADED = (
    *("pandas", "pyarrow.parquet", "libcst", "aiohttp", "azure.storage.blob"),
    *("typer", "rich.progress", "rich.table", "jinja2", "yaml"),
    *("mdc_bridge.compare", "mdc_bridge.check", "mdc_bridge.rewrite", "mdc_bridge.status"),
    *("mdc_bridge.doctor", "mdc_bridge.mlflow_score", "mdc_agent.service"),
)


@pytest.fixture(scope="module")
def python() -> Iterator[ForkedPython]:
    """Runs the commands."""
    with ForkedPython(LOADED) as python:
        yield python


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(
    page: Path, python: ForkedPython, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of a page prints what stands below it, in a folder that has the service."""
    folder = tmp_path / "services" / "churn"
    folder.mkdir(parents=True)
    make_service(folder, monkeypatch)
    assert_printed(page, folder, python)


def test_agent_page(python: ForkedPython, tmp_path: Path) -> None:
    """Likewise of the collector service, in a folder that has its files."""
    make_agent_files(tmp_path)
    assert_printed(AGENT_PAGE, tmp_path, python)


def assert_printed(page: Path, folder: Path, python: ForkedPython) -> None:
    """Run the commands of a page."""
    commands = commands_of(page)
    assert commands
    environ = {**os.environ, "COLUMNS": "100", "PYTHONPATH": os.pathsep.join(sys.path)}
    for command in commands:
        printed = run(command.words, folder, environ, python)
        assert matches(command.printed, printed), f"{command.words}\n{printed}"


def run(words: list[str], folder: Path, environ: dict[str, str], python: ForkedPython) -> str:
    """Return what a command prints, errors included; settings may stand in front of it."""
    at = next(at for at, word in enumerate(words) if "=" not in word)
    settings = dict(word.split("=", 1) for word in words[:at])
    command, *arguments = words[at:]
    environ = {**environ, **settings}
    if command in ("mdc-bridge", "mdc-agent"):
        module = command.replace("-", "_")
        return python.run(["-m", module, *arguments], folder, environ, together=True).stdout
    done = subprocess.run(
        [sys.executable if command == "python" else command, *arguments],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout
