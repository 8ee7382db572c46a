"""Processes that another program replaces, or fails to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, sys, pandas
from azureml.ai.monitoring import Collector
collector = Collector(name="numbers")
collector.collect(pandas.DataFrame({"n": [1]}))
for program in sys.argv[1:]:
    try:
        os.execvp(program, [program])
    except OSError as error:
        print(type(error).__name__, flush=True)
    collector.collect(pandas.DataFrame({"n": [2]}))
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no exec")


def run(folder: Path, *programs: str, storage: str = "out") -> subprocess.CompletedProcess[str]:
    """Run the script, with many folders that hold no program."""
    path = os.pathsep.join(f"/nowhere/{number}" for number in range(50))
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, *programs],
        env={
            **os.environ,
            "AZUREML_MDC_ENABLED": "true",
            "MDC_STORAGE": str(folder / storage),
            "PATH": os.pathsep.join([path, os.environ["PATH"]]),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def numbers(folder: Path) -> list[int]:
    """Return what is written."""
    lines = [line for path in folder.rglob("*.jsonl") for line in path.read_text().splitlines()]
    return [json.loads(line)["data"][0]["n"] for line in lines]


def test_what_waits_is_written_before(tmp_path: Path) -> None:
    """The other program runs, and nothing is logged."""
    ran = run(tmp_path, "true")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert numbers(tmp_path / "out") == [1]


def test_what_cannot_be_written_is_counted_before(tmp_path: Path) -> None:
    """Once, however many folders are looked into."""
    (tmp_path / "file").write_text("in the way")
    ran = run(tmp_path, "true", storage="file/below")
    assert ran.returncode == 0
    assert ran.stdout.count("dropped 1 (not_written_at_exit 1)") == 1


def test_a_process_that_is_not_replaced_goes_on_collecting(tmp_path: Path) -> None:
    """Where there is no such program, and where the system refuses it."""
    odd = tmp_path / "odd"
    odd.write_bytes(b"\x00no program")
    odd.chmod(0o755)
    ran = run(tmp_path, "no-such-program", str(odd), "true")
    assert (ran.returncode, ran.stdout.split()) == (0, ["FileNotFoundError", "OSError"])
    assert numbers(tmp_path / "out") == [1, 2, 2]
