"""A scoring server, from its start over its requests to its orderly end."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.ports import free_port

DEADLINE_SECONDS = 60.0
_FOREIGN = ("AML_", "AZUREML_", "MDC_", "SERVICE_NAME")


class ScoringServer:
    """A server of one scoring script; as a context, stopped at its end.

    Args:
        command: returns the program that listens on a port, and its arguments.
        log: takes what it prints; its folder is the server's.
        settings: environment variables; those of the outside that mean something to us are left
            out.
        seconds: within which it must be healthy.
        port: that it listens on; 0 for any.
    """

    def __init__(
        self,
        command: Callable[[int], Sequence[str]],
        log: Path,
        settings: Mapping[str, str],
        seconds: float = DEADLINE_SECONDS,
        port: int = 0,
    ) -> None:
        self._port = port or free_port()
        self._log = log
        self._seconds = seconds
        environment = {k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN)}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command(self._port),
                cwd=log.parent,
                env={**environment, **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> ScoringServer:
        self._wait_until_healthy()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End it; where nothing went wrong before, in order."""
        try:
            self._process.terminate()
            if kind is None:
                assert self._process.wait(30) == 0, self._log.read_text()
        finally:
            self._process.kill()
            self._process.wait()

    @property
    def port(self) -> int:
        """That it listens on."""
        return self._port

    @property
    def pid(self) -> int:
        """The process id of the program, which may have children."""
        return self._process.pid

    def score(self, body: str) -> tuple[int, str]:
        """Return status and text of the answer to a request."""
        return self._request("POST", "/score", body)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._log.read_text()
            try:
                if self._request("GET", "/", None)[0] == http.client.OK:
                    return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        raise AssertionError(f"the server was not healthy in time:\n{self._log.read_text()}")

    def _request(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


class InferenceServer(ScoringServer):
    """The real inference server of this environment, beside its script.

    Args:
        script: the scoring script; its folder holds the model, and takes the server's log.
        settings: environment variables.
        workers: processes that answer.
    """

    def __init__(self, script: Path, settings: Mapping[str, str], workers: int = 1) -> None:
        command = inference_server(Path(sys.executable), script, script.parent, workers)
        super().__init__(command, script.parent / "server.log", settings)


def inference_server(
    python: Path, script: Path, models: Path, workers: int
) -> Callable[[int], Sequence[str]]:
    """Return what makes the command of azureml-inference-server-http in an environment."""
    return lambda port: [
        *(str(python), "-m", "azureml_inference_server_http.amlserver"),
        *("--entry_script", str(script), "--model_dir", str(models)),
        *("--port", str(port), "--worker_count", str(workers)),
    ]
