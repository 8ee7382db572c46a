"""Scoring processes as children, and what they left in a folder."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
DEADLINE = 60.0


def default_signals() -> None:
    """Undo what a shell does to background jobs: their children would ignore SIGINT for good."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class Child:
    """A process that runs one of `scripts/`; it says READY when it may be told to go on."""

    def __init__(self, script: str, *arguments: object, **variables: str) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
        self.process = subprocess.Popen(
            [sys.executable, "-u", str(SCRIPTS / script), *map(str, arguments)],
            env={**environ, **variables},
            preexec_fn=default_signals,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Wait for the line READY."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line == "READY\n":
                return
        raise AssertionError(self.end()[1])

    def go(self) -> None:
        """Send the line that the script waits for."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> tuple[str, str]:
        """Wait for the end; return the rest of stdout, and stderr."""
        return self.process.communicate(timeout=DEADLINE)


class Tree:
    """The files below a folder that scoring processes wrote to."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def jsonl_files(self) -> list[Path]:
        return sorted(self.root.glob("modelDataCollector/**/*.jsonl"))

    def csv_files(self) -> list[Path]:
        return sorted(self.root.glob("modeldata/**/*.csv"))

    def line_values(self, column: str = "n") -> list[Any]:
        """Return a column of all rows of all JSONL lines; every line has to be whole."""
        return [
            row[column]
            for path in self.jsonl_files()
            for line in path.read_bytes().splitlines(keepends=True)
            if line.endswith(b"\n") or pytest.fail(f"torn line in {path}: {line[-80:]!r}")
            for row in json.loads(line)["data"]
        ]

    def row_values(self, column: str = "n") -> list[str]:
        """Return the first cell of all CSV rows, below exactly one header in each file."""
        values: list[str] = []
        for path in self.csv_files():
            rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
            cells = [row[0] for row in rows]
            assert cells[0] == column
            assert cells.count(column) == 1
            values += cells[1:]
        return values
