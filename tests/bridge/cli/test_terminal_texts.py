"""A terminal obeys no name of a file and no text of the data, whatever command prints it."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

from mdc_bridge.cli import console

ESCAPES = ["\x1b]0;owned\x07", "\x9d0;owned\x9c", "\x1b[31m", "\u202e", "\x08", "\r"]
COMMANDS = {
    "check": ["check", "{}/scripts"],
    "compare": ["compare", "{}/data", "{}/data"],
    "deployment": ["deployment", "{}/scripts"],
    "migrate": ["migrate", "{}/data", "{}/new"],
    "plan": ["plan", "{}/data", "--stdout"],
    "read": ["read", "{}/data"],
    "read csv": ["read", "{}/data", "--format", "csv"],
    "read jsonl": ["read", "{}/data", "--format", "jsonl"],
    "rewrite": ["rewrite", "{}/scripts"],
}


@pytest.mark.parametrize("escape", ESCAPES)
def test_texts_are_only_shown(monkeypatch: pytest.MonkeyPatch, escape: str) -> None:
    """As a text, in markup and in the cell of a table; our own colours stay."""
    screen = io.StringIO()
    terminal = type(console.out)(file=screen, force_terminal=True, width=80)
    table = Table()
    table.add_column("name")
    table.add_row(f"a{escape}b")
    for each in (Text(f"a{escape}b"), f"[bold]a{escape}b[/]", table):
        terminal.print(each)
    assert escape not in screen.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\x1b[1m" in screen.getvalue()


def _on_terminal(arguments: list[str]) -> bytes:
    """Return what a command writes to a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "mdc_bridge", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    ):
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the command has ended
                break
            if not part:
                break
            written += part
    os.close(ours)
    return written


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts, an archive and JSONL whose names and cells hold a terminal's commands."""
    folder = tmp_path_factory.mktemp("hostile")
    name = ESCAPES[0]
    (folder / "scripts").mkdir()
    script = "from azureml.monitoring import ModelDataCollector\nprint(ModelDataCollector('m'))\n"
    (folder / "scripts" / f"a{name}.py").write_text(script)
    (folder / "scripts" / f"b{name}.py").write_bytes(b"\xff(")
    for designation in ("inputs", name):
        path = folder / f"data/modeldata/s/g/w/svc/m{name}/1/{designation}/2020/03/01"
        path.mkdir(parents=True)
        (path / "data.csv").write_text(f"a,{name}\n1,{name}\n")
        (path / f"no{name}.bin").write_text("x")
    lines = folder / "data/modelDataCollector/e/d/c/2020/03/01/00"
    lines.mkdir(parents=True)
    (lines / f"{name}.jsonl").write_text("{}\n")
    return folder


@pytest.mark.newest_only
@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_commands_on_a_terminal(hostile: Path, command: str) -> None:
    """Every command, asked for files that were named to take the terminal over."""
    written = _on_terminal([each.format(hostile) for each in COMMANDS[command]])
    assert written
    assert ESCAPES[0].encode() not in written
    assert b"\x07" not in written
