"""An online endpoint's environment, and what its scripts collect."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from tests.azure.recorder import wait_until

SCRIPTS = Path(__file__).parent / "scripts"


def endpoint_variables(port: int, spool: Path) -> dict[str, str]:
    """Return what an online endpoint sets, and a delivery that does not wait long."""
    return {
        "AZUREML_MDC_ENABLED": "true",
        "AZUREML_MDC_HOST": "127.0.0.1",
        "AZUREML_MDC_PORT": str(port),
        "MDC_SPOOL_DIR": str(spool),
        "MDC_DELIVERY_INTERVAL": "0.02",
    }


def on_endpoint(monkeypatch: pytest.MonkeyPatch, port: int, spool: Path, **more: str) -> None:
    """Set the environment of an online endpoint."""
    for name, value in {**endpoint_variables(port, spool), **more}.items():
        monkeypatch.setenv(name, value)


def collect(first: int, count: int, name: str = "numbers") -> None:
    """Collect numbers, one in each event."""
    collector = Collector(name=name)
    for number in range(first, first + count):
        collector.collect(
            pandas.DataFrame({"n": [number]}), BasicCorrelationContext(id=f"id-{number}")
        )


def counts() -> mdc_core.Counts:
    """Return the counts of this process's only pipeline."""
    (only,) = mdc_core.counts()
    return only


def spooled(spool: Path) -> list[Path]:
    """Return the files in which events wait."""
    return sorted(path for path in spool.glob("*/events/*") if path.is_file())


def start_script(
    script: str, *arguments: str, environ: Mapping[str, str], python: Optional[Path] = None
) -> subprocess.Popen[str]:
    """Start one of `scripts/`, in an environment of its own when `python` is named."""
    left_out = {"PYTHONWARNINGS"} | ({"PYTHONPATH"} if python else set())
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.Popen(
        [str(python or sys.executable), "-u", str(SCRIPTS / script), *arguments],
        env={**inherited, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Child:
    """A forked process that has collected its numbers."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def tell(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def end(self, number: int = signal.SIGUSR1) -> None:
        """Let it end as a script does, or by another signal, and wait for that."""
        self.tell(number)
        wait_until(self._has_ended, lambda: f"the end of {self.pid}")

    def _has_ended(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


class Nursery:
    """Starts processes that collect numbers, with the variables of this process."""

    def __init__(self) -> None:
        self._process = start_script("collect_numbers.py", environ={})
        self._children: list[Child] = []

    def start(self, *numbers: tuple[int, int]) -> list[Child]:
        """Start a process for each pair of a first number and a count, and wait for all."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        environ = {name: value for name, value in os.environ.items() if "MDC_" in name}
        for first, count in numbers:
            order = {"first": first, "count": count, "environ": environ}
            stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        started = [Child(int(stdout.readline())) for _ in numbers]
        self._children += started
        return started

    def clear(self) -> None:
        """Kill what is left of the processes."""
        while self._children:
            self._children.pop().end(signal.SIGKILL)

    def close(self) -> None:
        """End it."""
        self.clear()
        self._process.communicate(timeout=20)
