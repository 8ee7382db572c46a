"""Memory of payload logging: large bodies, slow clients, a destination that is down."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.modern.agent.deployment_text import deployment_text
from tests.ports import free_port

from .row import Row

_MEMORY = "mdc_agent_process_resident_memory_bytes"
_MB = 1024 * 1024
_MEMORY_MB = 64
# Copies are within the setting; beside it the store's own bound, what is being written, and what
# the system's allocator keeps.
_TIMES = 2.5
_CONNECTION_MB = 0.3
_HEAD = b"POST /score HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
_DEPLOYMENT = deployment_text("request", "response")
_NOBODY = (
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:9/a;"
)


def run(short: bool) -> Row:
    """Send what is large, and what is slow, and look at the memory all the time."""
    from tests.modern.agent.agent_process import AgentProcess, running

    slow, large = (40, 4) if short else (200, 40)
    body_mb = 20 if short else 100
    listen = free_port()
    with tempfile.TemporaryDirectory() as folder, _scoring() as scoring:
        agent = AgentProcess(
            Path(folder),
            _DEPLOYMENT,
            {
                "waiting_bytes": 16 * _MB,
                "spool_bytes": 64 * _MB,
                "datastores": {"workspaceblobstore": {"account": _NOBODY, "container": "none"}},
                "payload": {
                    "listen": f"127.0.0.1:{listen}",
                    "upstream": f"127.0.0.1:{scoring}",
                    "memory_bytes": _MEMORY_MB * _MB,
                    "body_bytes": _MEMORY_MB * _MB,
                },
            },
        )
        with running(agent):
            before = most = agent.metric(_MEMORY)
            answers: Counter[str] = Counter()
            bodies = [1] * slow + [body_mb] * large + [_MEMORY_MB // 4] * large
            threads = [
                threading.Thread(target=_send, args=(listen, size, size == 1, answers))
                for size in bodies
            ]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                most = max(most, agent.metric(_MEMORY))
                time.sleep(0.1)
            lives = agent.request("GET", "/health")[0] == 200
            agent.end(9)
    grown = (most - before) / _MB
    bound = _TIMES * _MEMORY_MB + _CONNECTION_MB * len(bodies)
    return Row(
        f"{slow} slow clients, {large} bodies of {body_mb} MB and {large} of {_MEMORY_MB // 4} MB "
        "pass through the splice at once, nobody takes what is spooled",
        f"all are answered, memory grows by less than {bound:.0f} MB",
        f"{answers['answered']} of {len(bodies)}, {grown:.0f} MB",
        lives and grown < bound and answers["answered"] == len(bodies),
    )


def _send(port: int, size: int, is_slow: bool, answers: Counter[str]) -> None:
    """Send a body, in bits where it is slow, and count whether it is answered."""
    content = b" " * (size * _MB)
    address = ("127.0.0.1", port)
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=100) as client:
        client.sendall(_HEAD % len(content))
        if is_slow:
            for start in range(0, len(content), len(content) // 8):
                client.sendall(content[start : start + len(content) // 8])
                time.sleep(0.2)
        else:
            client.sendall(content)
        if client.recv(1000) == _ANSWER:
            answers["answered"] += 1


@contextlib.contextmanager
def _scoring() -> Iterator[int]:
    """Run a server that reads bodies and answers; yields its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = 0
            for line in iter(self.rfile.readline, b"\r\n"):
                if line.startswith(b"Content-Length:"):
                    length = int(line.partition(b":")[2])
            while length > 0:
                length -= len(self.rfile.read(min(length, _MB))) or length + 1
            if length == 0:
                self.wfile.write(_ANSWER)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 512

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
