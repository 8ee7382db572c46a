"""Senders of events that cost little themselves: sockets, and requests that are bytes already.

`python -m benchmarks.agent.senders keep|new PORT SECONDS` prints the events answered, per second
and in all.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import threading
import time
from collections.abc import Sequence

CLIENTS = 8
_BODY = b"[{%s}]" % b",".join(b'"feature_%02d":%d.5' % (at, at) for at in range(23))
_OK = b"HTTP/1.1 200"


class Requests:
    """Requests as the official SDK sends them, each with an id of its own.

    Args:
        port: of the server.
    """

    def __init__(self, port: int) -> None:
        self._head = (
            b"POST /modeldata/log HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: bench\r\n"
            b"Accept: */*\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\nce-time: %d\r\nce-type: azureml.inference.model_inputs\r\n"
            b"ce-collect-data-type: pandas.core.frame.DataFrame\r\nce-model-version: default\r\n"
            b"ce-agent: azureml-ai-monitoring/1.0.0\r\n" % (port, len(_BODY), time.time())
        )
        self._prefix = os.urandom(12).hex().encode()
        self._number = 0

    def next(self) -> bytes:
        """Return one more."""
        self._number += 1
        name = b"%s%08x" % (self._prefix, self._number)
        return b"%strace-id: %s\r\nce-x-request-id: %s\r\n\r\n%s" % (self._head, name, name, _BODY)


def keep_alive(port: int, seconds: float) -> tuple[float, int]:
    """Return the rate and number of events answered on connections that are kept."""
    requests = Requests(port)
    selector = selectors.EpollSelector()
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(client, selectors.EVENT_READ, client)
        client.sendall(requests.next())
    answered = 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select():
            _check(key.data.recv(4096))
            answered += 1
            key.data.sendall(requests.next())
    return answered / (time.perf_counter() - began), answered


def new_connections(port: int, seconds: float) -> tuple[float, int]:
    """Return the rate and number of events where each has a connection of its own."""
    answered = [0] * CLIENTS
    began = time.perf_counter()

    def send(client: int) -> None:
        requests = Requests(port)
        while time.perf_counter() - began < seconds:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(requests.next())
                _check(connection.recv(4096))
            answered[client] += 1

    threads = [threading.Thread(target=send, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.perf_counter() - began), sum(answered)


def _check(answer: bytes) -> None:
    if not answer.startswith(_OK):
        raise RuntimeError(f"it answers {answer[:200]!r}")


WAYS = {"keep": keep_alive, "new": new_connections}


def main(arguments: Sequence[str]) -> None:
    """Send, and print the rate."""
    way, port, seconds = arguments
    print(*WAYS[way](int(port), float(seconds)))


if __name__ == "__main__":
    main(sys.argv[1:])
