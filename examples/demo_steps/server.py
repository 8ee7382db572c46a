"""The Azure ML inference server, as a child process."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
_ALL_READY_SECONDS = 5.0
_READY = b"ready for serving traffic"
_POLL_SECONDS = 0.05
# What the shell has set for other services must not change what the demo shows.
_FOREIGN = ("AML_", "AZUREML_", "MDC_", "SERVICE_NAME")


class ServerError(RuntimeError):
    """The server did not start, or did not stop as it was asked to."""


@dataclass
class Server:
    """A running server.

    Attributes:
        port: on 127.0.0.1.
        startup_seconds: from the start of the process to the first healthy answer.
    """

    port: int
    startup_seconds: float
    _process: subprocess.Popen[bytes]

    def stop(self) -> float:
        """Ask the server to end, wait until it has, and return the seconds that took.

        Raises:
            ServerError: it had to be killed, or ended with an error.
        """
        begun = time.monotonic()
        self._process.terminate()
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise ServerError(f"the server did not stop within {STOP_SECONDS:.0f} s") from None
        if code != 0:
            raise ServerError(f"the server ended with exit code {code}")
        return time.monotonic() - begun


@contextmanager
def serving(
    script: Path, model_folder: Path, settings: Mapping[str, str], workers: int, log: Path
) -> Iterator[Server]:
    """Run `azmlinfsrv` for a scoring script; what is left of it at the end is killed.

    Args:
        script: with `init` and `run`.
        model_folder: becomes `AZUREML_MODEL_DIR`.
        settings: environment variables for the server.
        workers: number of worker processes.
        log: takes the output of the server.

    Raises:
        ServerError: the server is not healthy in time.
    """
    port = _free_port()
    command = [
        *(sys.executable, "-m", "azureml_inference_server_http.amlserver"),
        *("--entry_script", str(script)),
        *("--model_dir", str(model_folder)),
        *("--port", str(port)),
        *("--worker_count", str(workers)),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN)}
    environment.update(settings)
    begun = time.monotonic()
    with log.open("wb") as output:
        # A group of its own: Ctrl-C reaches this process only, which then ends the server.
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, port, begun + READY_SECONDS)
        healthy = time.monotonic()
        _wait_for_all_workers(log, workers, healthy + _ALL_READY_SECONDS)
        yield Server(port, healthy - begun, process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, deadline: float) -> None:
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerError(f"the server ended with exit code {process.returncode} at startup")
        if _is_healthy(port):
            return
        time.sleep(_POLL_SECONDS)
    raise ServerError(f"the server was not healthy within {READY_SECONDS:.0f} s")


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _wait_for_all_workers(log: Path, workers: int, deadline: float) -> None:
    """Wait a while for every worker, so that the first to be ready does not answer all requests.

    Nothing depends on it: the log's wording is the server's own, and may change.
    """
    while time.monotonic() < deadline and log.read_bytes().count(_READY) < workers:
        time.sleep(_POLL_SECONDS)
