"""Under gunicorn, with and without --preload, reloaded under load: every request's rows once."""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
CLIENTS = 4


class Load:
    """Clients that send numbered requests until told to stop.

    Attributes:
        answered: numbers of the requests that were answered with 200.
        workers: process ids that answered.
    """

    def __init__(self, port: int) -> None:
        self.answered: list[int] = []
        self.workers: set[int] = set()
        self._port = port
        self._numbers = itertools.count()
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._send) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the clients finish the requests they are at."""
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        while not self._done.is_set():
            number = next(self._numbers)
            worker = self._ask(number)
            if worker is not None:
                self.workers.add(worker)
                self.answered.append(number)

    def _ask(self, number: int) -> Optional[int]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("GET", f"/{number}")
            response = connection.getresponse()
            body = response.read()
            return int(body) if response.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None  # not answered, so nothing is promised
        finally:
            connection.close()


@pytest.fixture
def serve(tree: Any) -> Iterator[Callable[..., tuple[subprocess.Popen[str], int]]]:
    """Starts gunicorn with the scoring script on a free port: `serve(*options)`."""
    servers: list[subprocess.Popen[str]] = []

    def serve_with(*options: str) -> tuple[subprocess.Popen[str], int]:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--workers", "2"]
        command += ["--config", str(SCRIPTS / "gunicorn.conf.py")]
        command += ["--bind", f"127.0.0.1:{port}", "--chdir", str(SCRIPTS), *options]
        servers.append(
            subprocess.Popen(
                [*command, "scoring_app"],
                env={**os.environ, "MDC_STORAGE": str(tree.root), "MDC_BRIDGE_MODE": "dual"},
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return servers[-1], port

    yield serve_with
    for server in servers:
        if server.poll() is None:
            server.kill()
        server.communicate()


@pytest.mark.parametrize("options", [("--worker-class", "gthread"), ("--preload",)])
def test_every_answered_request_is_collected_once(
    serve: Callable[..., Any],
    tree: Any,
    eventually: Callable[..., None],
    options: tuple[str, ...],
) -> None:
    """Workers are replaced in the middle of the load and the server is ended by SIGTERM; the rows
    of every answered request are in the CSV and in the JSONL once, below one header.
    """
    server, port = serve(*options)
    load = Load(port)
    try:
        eventually(lambda: len(load.workers) >= 2, "both workers answer")
        eventually(lambda: len(load.answered) >= 200, "200 requests are answered")
        before = set(load.workers)
        server.send_signal(signal.SIGHUP)
        eventually(lambda: len(load.workers - before) >= 2, "both new workers answer")
        after = len(load.answered)
        eventually(lambda: len(load.answered) >= after + 200, "200 more requests are answered")
    finally:
        load.stop()
    server.send_signal(signal.SIGTERM)
    _, stderr = server.communicate(timeout=30)
    assert "Traceback" not in stderr
    assert "mdc-bridge" not in stderr
    assert server.returncode == 0
    assert len(tree.csv_files()) == 2
    rows = sorted(map(int, tree.row_values()))
    lines = sorted(tree.line_values())
    assert len(set(rows)) * 2 == len(rows)
    assert len(set(lines)) * 3 == len(lines)
    assert set(load.answered) <= set(rows)
    assert set(load.answered) <= set(lines)
