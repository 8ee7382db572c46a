"""Memory of the collector service: large bodies, slow clients, a destination that is down."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from .row import Row

_MEMORY = "mdc_agent_process_resident_memory_bytes"
_MB = 1024 * 1024
_HEAD = (
    b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"ce-type: azureml.inference.model_%s\r\nContent-Length: %d\r\n\r\n"
)
# What is received may be in memory, with a copy or two; beside it what each connection buffers.
_RECEIVE_MB = 128
_COPIES = 3
_CONNECTION_MB = 0.5
_NOBODY = (
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:9/a;"
)


def run(short: bool) -> Row:
    """Send what is large, and what never ends, and look at the memory all the time."""
    from tests.modern.agent.agent_process import AgentProcess, running

    slow, large, seconds = (20, 4, 4.0) if short else (200, 40, 60.0)
    body_mb = 20 if short else 100
    with tempfile.TemporaryDirectory() as folder:
        agent = AgentProcess(
            Path(folder),
            settings={
                "receive_bytes": _RECEIVE_MB * _MB,
                "max_event_bytes": 100 * _MB + 100,
                "waiting_bytes": 32 * _MB,
                "spool_bytes": 64 * _MB,
                "datastores": {"workspaceblobstore": {"account": _NOBODY, "container": "none"}},
            },
        )
        with running(agent):
            before = most = agent.metric(_MEMORY)
            stopping = threading.Event()
            answers: Counter[str] = Counter()
            threads = [
                threading.Thread(target=_slow, args=(agent.port, body_mb, stopping))
                for _ in range(slow)
            ]
            threads += [
                threading.Thread(target=_large, args=(agent.port, body_mb, large // 4, answers))
                for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                most = max(most, agent.metric(_MEMORY))
                time.sleep(0.1)
            stopping.set()
            for thread in threads:
                thread.join()
            lives = agent.request("GET", "/health")[0] == 200
            spooled = agent.metric("mdc_agent_spool_bytes") / _MB
            agent.end(9)
    grown = (most - before) / _MB
    bound = _COPIES * _RECEIVE_MB + _CONNECTION_MB * slow
    shown = ", ".join(f"{count} times {answer}" for answer, count in sorted(answers.items()))
    return Row(
        f"{slow} clients that send {body_mb} MB slowly, {sum(answers.values())} bodies of "
        f"{body_mb} MB at once, nobody takes what is spooled",
        f"memory grows by less than {bound:.0f} MB, the spool stays below 64 MB and one event",
        f"{grown:.0f} MB, spool {spooled:.0f} MB, {shown}",
        lives and grown < bound and spooled < 64 + body_mb and set(answers) <= {"200", "503"},
    )


def _slow(port: int, size: int, stopping: threading.Event) -> None:
    """Send a body bit by bit, again and again, until it is time to stop."""
    piece = b" " * _MB
    while not stopping.wait(0.05):
        with contextlib.suppress(OSError), _connection(port) as client:
            client.sendall(_HEAD % (b"inputs", size * _MB))
            while not stopping.wait(0.5):
                client.sendall(piece)


def _large(port: int, size: int, count: int, answers: Counter[str]) -> None:
    """Send whole bodies, and count what is answered."""
    content = b'["' + b"x" * (size * _MB - 4) + b'"]'
    for _ in range(count):
        status = "no answer"
        with contextlib.suppress(OSError), _connection(port) as client:
            with contextlib.suppress(OSError):
                client.sendall(_HEAD % (b"outputs", len(content)) + content)
            status = client.recv(100).split(b" ")[1].decode()
        answers[status] += 1


def _connection(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)
