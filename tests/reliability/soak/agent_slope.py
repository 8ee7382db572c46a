"""Memory of the collector service at a steady rate, for minutes: whether it levels off."""

from __future__ import annotations

import contextlib
import http.server
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.modern.agent.deployment_text import deployment_text
from tests.ports import free_port

from .row import Row
from .steady_load import Client, Load, growth

_MEMORY = "mdc_agent_process_resident_memory_bytes"
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
            with Load(
                (_client(agent.port, "/modeldata/log", is_kept=True), _KEPT),
                (_client(agent.port, "/modeldata/log", is_kept=False), _NEW),
                (_client(listen, "/score", is_kept=True), _PAYLOADS),
            ) as load:
                (found,) = growth(seconds, 1.0, lambda: agent.metric(_MEMORY))
            code = agent.end()
    return Row(
        f"{load.sent} events and payloads in {seconds} s, at a steady rate",
        f"{_SHORT_MB:.0f} MB more in the second half, at most"
        if short
        else f"the second half grows by less than {_MB_PER_HOUR:.0f} MB/h",
        f"{found}, {len(load.failed)} failed",
        (found.grown < _SHORT_MB if short else found.per_hour < _MB_PER_HOUR)
        and not load.failed
        and code == 0,
    )


def _client(port: int, path: str, is_kept: bool) -> Client:
    return Client(port, path, lambda: _BODY, _HEADERS, is_kept)


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
