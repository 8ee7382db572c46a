"""Commands say what they have to say, whatever stdout takes and however files are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Optional

import pytest

from mdc_bridge.cli.console import print_json
from tests.forked_python import ForkedPython

LINE = '{"data":[{"größe":"\\ud800"}],"correlationid":"i","time":"2026-11-21T09:00:00Z"}\n'
CLOSED = ["1>&-", "2>&-", "0<&- 1>&- 2>&-"]  # as a shell says it
PROGRAM = "from mdc_bridge.cli import main; main()"


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii"}


@pytest.fixture(scope="module")
def python() -> Iterator[ForkedPython]:
    """Runs commands whose streams are there from the start to the end."""
    loaded = ["pandas", "pyarrow", "mdc_bridge.compare"]
    with ForkedPython(loaded, environ=_environ()) as python:
        yield python


def _run(
    python: ForkedPython, *arguments: str, stdout: Optional[str] = None
) -> subprocess.CompletedProcess[str]:
    words = ["-c", PROGRAM, *arguments]
    return python.run(words, Path.cwd(), os.environ, stdout=stdout)


@pytest.fixture
def root(tmp_path: Path) -> str:
    """A file of one line whose texts not every encoding has."""
    folder = tmp_path / "modelDataCollector/e/d/c/2026/11/21/09"
    folder.mkdir(parents=True)
    (folder / "x.jsonl").write_text(LINE)
    return str(tmp_path)


def test_texts_that_stdout_does_not_take(python: ForkedPython, root: str) -> None:
    """They are escaped, in tables too; nothing ends in an error."""
    ended = _run(python, "read", root)
    assert ended.returncode == 0, ended.stderr
    assert "gr\\xf6\\xdfe" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        *(["read", "{root}", "--format", form] for form in ("table", "csv", "json", "jsonl")),
        ["check", "{root}", "--json"],
        ["compare", "{root}", "{root}"],
        ["plan", "{root}/csv"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_full_disk_is_an_error(python: ForkedPython, root: str, arguments: list[str]) -> None:
    """1 would say that there are differences; the message says what could not be written."""
    day = Path(root, "csv/s/g/w/credit/m/1/inputs/2026/11/20")
    day.mkdir(parents=True)
    (day / "data.csv").write_text("x\n1\n")
    script = 'from azureml.monitoring import ModelDataCollector\nx = ModelDataCollector("m")\n'
    Path(root, "score.py").write_text(script)
    words = [each.format(root=root) for each in arguments]
    ended = _run(python, *words, stdout="/dev/full")
    said = ended.stderr
    assert ended.returncode == 2, said
    assert "error: the output (stdout) cannot be written: No space left on device" in said
    assert "Traceback" not in said
    assert "Errno" not in said


def test_json_of_texts_that_are_no_utf8(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Names of files are bytes; what is not text in them is escaped."""
    for name in ("größe", "score\udcff.py"):
        print_json({"path": name})
        assert json.loads(capsysbinary.readouterr().out.decode()) == {"path": name}


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--list-rules"], ["read", "{}"]])
def test_nobody_reads(root: str, arguments: list[str]) -> None:
    """The exit code is that of a reader who is gone, not that of findings."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *(each.format(root) for each in arguments)],
            env=_environ(),
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_to_the_null_device(python: ForkedPython, root: str) -> None:
    """It never reads, which differs from a reader that is gone."""
    assert _run(python, "read", root, stdout=os.devnull).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "closed"),
    [*product(["--help", "read {}"], CLOSED), ("read {} --json", CLOSED[-1])],
)
def test_closed_streams(root: str, arguments: str, closed: str) -> None:
    """What is said there goes nowhere, and no file that is opened takes the stream's number."""
    told = subprocess.run(
        [
            *("sh", "-c", f'exec "$@" {closed}', "sh"),
            *(sys.executable, "-c", PROGRAM, *arguments.format(root).split()),
        ],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 0
    assert told.stderr in ((b"", b"1 row\n") if closed == "1>&-" else (b"",))
