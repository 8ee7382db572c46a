"""`mdc-agent run` as a process of its own."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mdc_agent.cli.app import run
from tests.modern.agent.deployment_text import deployment_text
from tests.ports import free_port

_MAIN = "from mdc_agent.cli import main; main()"
_SECONDS = 60.0
DEPLOYMENT = deployment_text("model_inputs", "model_outputs")


class AgentProcess:
    """An agent with its files in one folder: `deployment.yaml`, `agent.yaml`, `spool`, `out`.

    Args:
        folder: for them.
        deployment: text of the file.
        settings: keys of the settings file; the port is a free one.
        environ: more variables.
    """

    def __init__(
        self,
        folder: Path,
        deployment: str = DEPLOYMENT,
        settings: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.deployment = folder / "deployment.yaml"
        self.deployment.write_text(deployment)
        self.settings = folder / "agent.yaml"
        self.set(**{"listen": f"127.0.0.1:{free_port()}", **(settings or {})})
        self._environ = {**os.environ, **(environ or {})}
        self.log = folder / "log"
        self.port = 0
        self.process: subprocess.Popen[bytes]

    def set(self, **settings: Any) -> None:
        """Write the settings file."""
        given = {
            "spool": "spool",
            "delivery_interval": 0.05,
            "datastores": {"workspaceblobstore": {"folder": "out"}},
            **settings,
        }
        self.settings.write_text(json.dumps(given))

    def start(self) -> AgentProcess:
        """Start it, and wait until it listens."""
        before = self.said()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    _MAIN,
                    "run",
                    "--deployment",
                    str(self.deployment),
                    "--settings",
                    str(self.settings),
                ],
                stderr=log,
                stdout=log,
                env=self._environ,
            )
        text = self.wait_for(r"events at http://[^ ]*:(\d+)", before)
        self.port = int(text)
        return self

    def said(self) -> str:
        """Return all that it has logged."""
        return self.log.read_text() if self.log.exists() else ""

    def wait_for(self, pattern: str, before: str = "") -> str:
        """Wait until it logs something, and return the first group."""
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            found = re.search(pattern, self.said()[len(before) :])
            if found:
                return found.group(1) if found.groups() else found.group()
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(f"{pattern!r} is not in {self.said()!r}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(_SECONDS)

    def post(
        self, body: bytes = b'[{"a":1}]', collection: str = "model_inputs", **headers: str
    ) -> int:
        """Send one event; return the status."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        fields = {"ce-type": f"azureml.inference.{collection}", **given}
        return self.request("POST", "/modeldata/log", body, fields)[0]

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Any = None
    ) -> tuple[int, str]:
        """Send a request; return status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def metric(self, name: str) -> float:
        """Return the sum of a metric over its labels."""
        lines = self.request("GET", "/metrics")[1].splitlines()
        given = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
        return sum(float(line.rpartition(" ")[2]) for line in given)

    def lines(self) -> list[dict[str, Any]]:
        """Return what was written to the folder, sorted by id."""
        files = self.out.glob("modelDataCollector/*/*/model_*/**/*.jsonl")
        lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
        return sorted(lines, key=lambda line: str(line["id"]))


@contextlib.contextmanager
def running(agent: AgentProcess) -> Iterator[AgentProcess]:
    """Run an agent, and end it."""
    agent.start()
    try:
        yield agent
    finally:
        agent.end(signal.SIGKILL)


def refused(folder: Path, **given: Any) -> str:
    """Return what an agent says that does not start, and ends with 2; in this process."""
    agent = AgentProcess(folder, **given)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = run(
            ["run", "--deployment", str(agent.deployment), "--settings", str(agent.settings)]
        )
    assert code == 2, said.getvalue()
    return said.getvalue()
