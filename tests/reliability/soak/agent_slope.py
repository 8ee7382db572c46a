"""Memory of the collector service at a steady rate, for minutes: whether it levels off."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.modern.agent.deployment_text import deployment_text
from tests.ports import free_port

from .row import Row

_MEMORY = "mdc_agent_process_resident_memory_bytes"
_MB = 1024 * 1024
_MB_PER_HOUR = 1.0
# Of a run that is too short to tell a slope from the steps in which a process gets memory.
_SHORT_MB = 8.0
# Requests per second: events on one connection, each on a new one, and payloads.
_KEPT, _NEW, _PAYLOADS = 200, 50, 150
_BODY = b'[{"age": 41, "income": 1200}]'
_HEADERS = {"ce-type": "azureml.inference.model_inputs", "Content-Type": "application/json"}
_DEPLOYMENT = deployment_text("model_inputs", "request", "response")


def run(short: bool) -> Row:
    """Send at a steady rate, look once a second, and fit a line to the second half."""
    from tests.modern.agent.agent_process import AgentProcess, running

    seconds = 10 if short else 480
    listen = free_port()
    with tempfile.TemporaryDirectory() as folder, _scoring() as scoring:
        payload = {"listen": f"127.0.0.1:{listen}", "upstream": f"127.0.0.1:{scoring}"}
        agent = AgentProcess(Path(folder), _DEPLOYMENT, {"payload": payload})
        with running(agent):
            stopping = threading.Event()
            failed: list[str] = []
            port = agent.port
            senders = [
                (_KEPT, _Client(port, "/modeldata/log", is_kept=True)),
                (_NEW, _Client(port, "/modeldata/log", is_kept=False)),
                (_PAYLOADS, _Client(listen, "/score", is_kept=True)),
            ]
            threads = [
                threading.Thread(target=_steadily, args=(client, rate, stopping, failed))
                for rate, client in senders
            ]
            for thread in threads:
                thread.start()
            began = time.monotonic()
            points = []
            while time.monotonic() - began < seconds:
                points.append((time.monotonic() - began, agent.metric(_MEMORY) / _MB))
                stopping.wait(1.0)
            stopping.set()
            for thread in threads:
                thread.join()
            sent = sum(client.sent for _, client in senders)
            code = agent.end()
    half = points[len(points) // 2 :]
    slope, grown = 3600 * slope_of(half), half[-1][1] - half[0][1]
    is_level = grown < _SHORT_MB if short else slope < _MB_PER_HOUR
    return Row(
        f"{sent} events and payloads in {seconds} s, at a steady rate",
        f"{_SHORT_MB:.0f} MB more in the second half, at most"
        if short
        else f"the second half grows by less than {_MB_PER_HOUR:.0f} MB/h",
        f"{grown:.1f} MB from {half[0][1]:.0f} MB on, {slope:.1f} MB/h, {len(failed)} failed",
        is_level and not failed and code == 0,
    )


def slope_of(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the line that fits points best, by least squares."""
    count = len(points)
    middle = sum(x for x, _ in points) / count
    level = sum(y for _, y in points) / count
    spread = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * (y - level) for x, y in points) / spread


class _Client:
    """Sends one request after the other.

    Attributes:
        sent: how many were answered 200.
    """

    def __init__(self, port: int, path: str, is_kept: bool) -> None:
        self.sent = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._path = path
        self._is_kept = is_kept

    def send(self) -> None:
        """Send one, on a new connection where these are not kept."""
        self._connection.request("POST", self._path, _BODY, _HEADERS)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise OSError(f"answered {answer.status}")
        self.sent += 1
        if not self._is_kept:
            self._connection.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _steadily(client: _Client, rate: float, stopping: threading.Event, failed: list[str]) -> None:
    """Send at a rate until it is time to stop; what is late is sent at once."""
    due = time.monotonic()
    with contextlib.closing(client):
        while not stopping.wait(max(0.0, due - time.monotonic())):
            try:
                client.send()
            except (OSError, http.client.HTTPException) as error:
                failed.append(repr(error))
                client.close()
            due = max(due + 1 / rate, time.monotonic() - 1.0)


@contextlib.contextmanager
def _scoring() -> Iterator[int]:
    """Run a server that answers on kept connections; yields its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Two small writes would wait for each other.
        wbufsize = -1

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"[0.5]")

        log_message: Callable[..., None] = lambda self, *_: None

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
