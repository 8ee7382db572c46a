"""A proxy that does to HTTP requests what networks and busy services do.

    with FaultProxy(port_of_the_service) as proxy:
        proxy.choose = lambda request: answer(503, retry_after=2) if unlucky() else PASS

Every request is given to `choose`, which says what becomes of it. A blackout concerns all
connections at once: `refuse` and `swallow` begin one, `restore` ends it.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Attributes:
        method: of HTTP.
        path: with the query.
        headers: by lower-case name.
        body: all of it.
        at: monotonic seconds of its arrival.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def is_append(self) -> bool:
        """Whether it is a block for an append blob."""
        return self.method == "PUT" and "comp=appendblock" in self.path


@dataclass(frozen=True)
class Fault:
    """What becomes of one request.

    Attributes:
        kind: `pass`, `drop` (forwarded, the response is not), `answer` (not forwarded), `reset`,
            `truncate` (forwarded, the response ends in its middle), `shorten` (forwarded, of the
            response's body one half comes, as if it were all) or `late` (reset, and forwarded some
            time later).
        delay: seconds before anything is done.
        status, headers: of the answer.
    """

    kind: str = "pass"
    delay: float = 0.0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


PASS = Fault()
DROP_RESPONSE = Fault("drop")
RESET = Fault("reset")
TRUNCATE = Fault("truncate")
SHORTEN = Fault("shorten")


def late(seconds: float) -> Fault:
    """Return a fault that forwards when the client has given up."""
    return Fault("late", delay=seconds)


def answer(status: int, retry_after: object = None, code: str = "") -> Fault:
    """Return a fault that answers without forwarding.

    Args:
        status: of HTTP.
        retry_after: for the header of that name.
        code: the storage service's own, such as `ServerBusy`.
    """
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if code:
        headers["x-ms-error-code"] = code
    return Fault("answer", status=status, headers=headers)


def delay(seconds: float) -> Fault:
    """Return a fault that forwards late."""
    return Fault(delay=seconds)


class FaultProxy:
    """Forwards HTTP to a service on this machine, as far as it is allowed to.

    Args:
        target_port: of the service.

    Attributes:
        choose: says what becomes of a request; called by several threads.
        url: of the proxy.
        seen: the requests so far, and what became of each.
    """

    def __init__(self, target_port: int) -> None:
        self.choose: Callable[[Request], Fault] = lambda request: PASS
        self.seen: list[tuple[Request, Fault]] = []
        self.target_port = target_port
        self._server: Optional[_Server] = None
        self.port = 0
        # Set while requests are answered, cleared while they are swallowed.
        self.answering = threading.Event()
        self.answering.set()
        self._listen()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def refuse(self) -> None:
        """Begin a blackout: connections are reset, new ones are refused."""
        server, self._server = self._server, None
        if server is not None:
            server.end()

    def swallow(self) -> None:
        """Begin a blackout: requests are taken and never answered."""
        self.answering.clear()

    def restore(self) -> None:
        """End a blackout."""
        self.answering.set()
        if self._server is None:
            self._listen()

    def close(self) -> None:
        """End everything."""
        self.refuse()
        self.answering.set()

    def _listen(self) -> None:
        self._server = _Server(self)
        self.port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="fault-proxy", daemon=True
        ).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", proxy.port), _Handler)

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def shutdown_request(self, request: Any) -> None:
        """Close without a farewell, which would come before a reset."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections end in many ways here; none is worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, and its connection to the service."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)
        port = self.server.proxy.target_port
        self._upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def finish(self) -> None:
        self._upstream.close()
        self.server.closed(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""

    def any_method(self) -> None:
        """Let the script decide, and do it."""
        proxy = self.server.proxy
        request = self._read()
        fault = proxy.choose(request)
        proxy.seen.append((request, fault))
        if fault.kind == "late":
            self._forward_later(request, fault.delay)
        elif fault.delay:
            time.sleep(fault.delay)
        if not proxy.answering.is_set():
            proxy.answering.wait()
            self._reset()
        elif fault.kind in ("reset", "late"):
            self._reset()
        elif fault.kind == "answer":
            self._answer(fault.status, fault.headers, b"")
        else:
            status, headers, body = self._forward(request)
            if fault.kind == "shorten":
                body = body[: len(body) // 2]
                headers = {k: v for k, v in headers.items() if k.lower() != "content-md5"}
            if fault.kind == "drop":
                self._reset()
            elif fault.kind == "truncate":
                self._answer(status, headers, body, len(body) // 2)
                self._reset()
            else:
                self._answer(status, headers, body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = any_method  # noqa: N815

    def _read(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Request(self.command, self.path, headers, body, time.monotonic())

    def _forward_later(self, request: Request, seconds: float) -> None:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.proxy.target_port)

        def forward() -> None:
            with contextlib.suppress(OSError):
                self._forward(request, upstream)
            upstream.close()

        timer = threading.Timer(seconds, forward)
        timer.daemon = True
        timer.start()

    def _forward(
        self, request: Request, upstream: Optional[http.client.HTTPConnection] = None
    ) -> tuple[int, dict[str, str], bytes]:
        upstream = upstream or self._upstream
        upstream.putrequest(request.method, request.path, True, True)
        for name, value in self.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                upstream.putheader(name, value)
        upstream.endheaders(request.body)
        response = upstream.getresponse()
        body = response.read()
        return response.status, dict(response.getheaders()), body

    def _answer(
        self, status: int, headers: dict[str, str], body: bytes, stop: Optional[int] = None
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        length = next((v for name, v in headers.items() if name.lower() == "content-length"), None)
        if self.command != "HEAD" or length is None:
            length = str(len(body))
        if status not in (204, 304):
            self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body[:stop])

    def _reset(self) -> None:
        """Close at once, so that the client's kernel sees a reset and not an end."""
        with contextlib.suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
