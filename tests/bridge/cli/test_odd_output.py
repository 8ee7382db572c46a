"""Commands say what they have to say, whatever stdout takes and however files are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mdc_bridge.cli.console import print_json

LINE = '{"data":[{"größe":"\\ud800"}],"correlationid":"i","time":"2026-11-21T09:00:00Z"}\n'
PROGRAM = "from mdc_bridge.cli import main; main()"


def _run(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii"},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )


@pytest.fixture
def root(tmp_path: Path) -> str:
    """A file of one line whose texts not every encoding has."""
    folder = tmp_path / "modelDataCollector/e/d/c/2026/11/21/09"
    folder.mkdir(parents=True)
    (folder / "x.jsonl").write_text(LINE)
    return str(tmp_path)


def test_texts_that_stdout_does_not_take(root: str) -> None:
    """They are escaped, in tables too; nothing ends in an error."""
    ended = _run("read", root)
    assert ended.returncode == 0, ended.stderr.decode()
    assert b"gr\\xf6\\xdfe" in ended.stdout


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
def test_a_full_disk_is_an_error(root: str, arguments: list[str]) -> None:
    """1 would say that there are differences; the message says what could not be written."""
    day = Path(root, "csv/s/g/w/credit/m/1/inputs/2026/11/20")
    day.mkdir(parents=True)
    (day / "data.csv").write_text("x\n1\n")
    script = 'from azureml.monitoring import ModelDataCollector\nx = ModelDataCollector("m")\n'
    Path(root, "score.py").write_text(script)
    with open("/dev/full", "wb") as full:
        ended = _run(*(each.format(root=root) for each in arguments), stdout=full.fileno())
    assert ended.returncode == 2, ended.stderr.decode()
    said = ended.stderr.decode()
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
        done = _run(*(each.format(root) for each in arguments), stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_to_the_null_device(root: str) -> None:
    """It never reads, which differs from a reader that is gone."""
    assert _run("read", root, stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("closed", [[1], [2], [0, 1, 2]])
@pytest.mark.parametrize("arguments", [["--help"], ["read", "{}"], ["read", "{}", "--json"]])
def test_closed_streams(root: str, arguments: list[str], closed: list[int]) -> None:
    """What is said there goes nowhere, and no file that is opened takes the stream's number."""
    stops = "".join(f"os.close({number});" for number in closed)
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import os, sys;{stops}os.execv(sys.argv[1], sys.argv[1:])",
            *(sys.executable, "-c", PROGRAM),
            *(each.format(root) for each in arguments),
        ],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 0
    assert told.stderr in ((b"", b"1 row\n") if closed == [1] else (b"",))
