"""A terminal obeys no name of a file and no text of the data, whatever command prints it."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

from mdc_bridge.cli import console
from tests.forked_python import ForkedPython

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


@pytest.fixture(scope="module")
def python() -> Iterator[ForkedPython]:
    """Runs the commands."""
    with ForkedPython(["pandas", "pyarrow", "mdc_bridge.compare", "mdc_bridge.rewrite"]) as python:
        yield python


def _on_terminal(python: ForkedPython, arguments: list[str]) -> bytes:
    """Return what a command writes to a terminal."""
    ours, theirs = pty.openpty()
    written = bytearray()

    def read() -> None:
        # It ends with an error once nobody has the other side open.
        with contextlib.suppress(OSError):
            while True:
                written.extend(os.read(ours, 65536))

    reader = threading.Thread(target=read)
    reader.start()
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    terminal = os.ttyname(theirs)
    python.run(["-m", "mdc_bridge", *arguments], Path.cwd(), environ, True, terminal)
    os.close(theirs)
    reader.join()
    os.close(ours)
    return bytes(written)


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
def test_commands_on_a_terminal(python: ForkedPython, hostile: Path, command: str) -> None:
    """Every command, asked for files that were named to take the terminal over."""
    written = _on_terminal(python, [each.format(hostile) for each in COMMANDS[command]])
    assert written
    assert ESCAPES[0].encode() not in written
    assert b"\x07" not in written
