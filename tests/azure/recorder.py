"""A collector on loopback that records what it is sent, answers as told, goes and comes back."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Callable, Optional

# The official package is slow to start where four programs start at once.
DEADLINE = 60.0

KEEP, CLOSE, HANG_UP, REFUSE_EARLY, SILENT = "keep", "close", "hang up", "refuse early", "silent"


@dataclass(frozen=True)
class Answer:
    """What one request is answered.

    Attributes:
        status: of the answer.
        headers: of the answer.
        way: KEEP the connection afterwards, CLOSE it without a word of warning, HANG_UP in place
            of an answer, REFUSE_EARLY before the body is read, or stay SILENT.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    way: str = KEEP


@dataclass(frozen=True)
class Request:
    """What was received; `connection` counts them, `at` is monotonic seconds."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    connection: int
    at: float

    def header(self, name: str) -> str:
        """Return the value of the only header of a name."""
        (value,) = (value for key, value in self.headers if key.lower() == name.lower())
        return value

    def data(self) -> Any:
        """Return what the body's JSON says."""
        return json.loads(self.body)


class Recorder:
    """A collector that is there when made; `answers` are used up one for each request.

    Attributes:
        port: it listens on, and leaves no other process while it is away.
        requests: received, in their order, whatever they were answered.
        answers: to the next requests; then what `choose` says.
        choose: returns the answer to a body.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: deque[Answer] = deque()
        self.choose: Callable[[bytes], Answer] = lambda body: Answer()
        self.connections = 0
        self.released = threading.Event()
        self._server = _Server(self, 0)
        self.port = int(self._server.server_address[1])
        self._thread: Optional[threading.Thread] = None
        self.come()

    def come(self) -> None:
        """Listen."""
        self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def leave(self) -> None:
        """End all connections and refuse new ones; the port stays reserved."""
        self.close()
        self.released.clear()
        self._server = _Server(self, self.port)

    def close(self) -> None:
        """End all connections and give up the port."""
        self.released.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.end_connections()
        self._server.server_close()

    def answer(self, *answers: Answer) -> None:
        """Answer the next requests so."""
        self.answers.extend(answers)

    def wait_for(self, count: int) -> list[Request]:
        """Wait for so many requests in all, and return them."""
        wait_until(lambda: len(self.requests) >= count, lambda: f"{len(self.requests)} of {count}")
        return self.requests

    def taken(self, column: str = "n") -> list[Any]:
        """Return a column of the first row of all requests, in their order."""
        return [request.data()[0][column] for request in list(self.requests)]


@contextlib.contextmanager
def recording() -> Iterator[Recorder]:
    """Run a recorder for a block."""
    recorder = Recorder()
    try:
        yield recorder
    finally:
        recorder.close()


def wait_until(condition: Callable[[], Any], what: Callable[[], str]) -> None:
    """Poll a condition up to a deadline."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"in {DEADLINE} s not: {what()}"
        time.sleep(0.005)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128

    def __init__(self, recorder: Recorder, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.recorder = recorder
        self.open: set[socket.socket] = set()
        self.server_bind()

    def end_connections(self) -> None:
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)
        self.server.recorder.connections += 1
        self.number = self.server.recorder.connections

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        recorder = self.server.recorder
        answer = recorder.answers.popleft() if recorder.answers else None
        early = answer is not None and answer.way == REFUSE_EARLY
        body = b"" if early else self.rfile.read(int(self.headers["Content-Length"]))
        answer = answer or recorder.choose(body)
        recorder.requests.append(
            Request(
                self.command,
                self.path,
                tuple(self.headers.items()),
                body,
                self.number,
                time.monotonic(),
            )
        )
        if answer.way == SILENT:
            recorder.released.wait(DEADLINE)
        if answer.way in (SILENT, HANG_UP):
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()
        if early or answer.way == CLOSE:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        return
