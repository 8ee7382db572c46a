"""A client's connection and its own one to the scoring server, spliced.

What ends one side ends the other in the same way, after all bytes before it: the end of what is
sent (half a close), a close, or a reset. A server that cannot be reached is a reset, as nobody
answers for it.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import errno
import fcntl
import socket
import struct
import termios
from collections.abc import Callable

from .exchange import CLIENT_HUNG_UP, UPSTREAM_HUNG_UP
from .flow import Flow
from .later import LaterWatcher
from .readiness import Readiness
from .watcher import Watcher

# A server that has closed looks like one that only sends no more. The system waits as long for the
# client of a closed connection (`tcp_fin_timeout`).
_HALF_CLOSED_S = 60.0
# What is on its way to a peer gets so long before the connection is reset.
_FLUSH_S = 5.0
_FLUSH_STEP_S = 0.01
_RESET = struct.pack("ii", 1, 0)


class SplicedConnection:
    """Two sockets and what passes between them.

    Args:
        loop: of its timers.
        ready: waits for the sockets.
        client: accepted, non-blocking.
        watcher: reads copies.
        unreachable: called where the server cannot be reached.
        closed: called once, when both sockets are closed.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        ready: Readiness,
        client: socket.socket,
        watcher: Watcher | LaterWatcher,
        unreachable: Callable[[], None],
        closed: Callable[[SplicedConnection], None],
    ) -> None:
        self._loop = loop
        self._ready = ready
        self._client = client
        self._upstream: socket.socket | None = None
        self._watcher = watcher
        self._unreachable = unreachable
        self._closed = closed
        self._broken: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._flows: tuple[Flow, Flow] | None = None
        self._is_closed = False

    def connect(
        self, family: int, address: object, change: Callable[[bytes], bytes] | None
    ) -> None:
        """Connect to the server, then pass bytes in both directions.

        Args:
            family: of the server's address.
            address: of the server.
            change: see `Flow.change`, for what the client sends.
        """
        upstream = self._upstream = socket.socket(family, socket.SOCK_STREAM)
        upstream.setblocking(False)
        for each in (self._client, upstream):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

        def connected() -> None:
            self._ready.remove_writer(upstream)
            if upstream.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.refuse()
            else:
                self._start(upstream, change)

        failed = upstream.connect_ex(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        if failed == 0:
            self._start(upstream, change)
        elif failed in (errno.EINPROGRESS, errno.EAGAIN):
            self._ready.add_writer(upstream, connected)
        else:
            self.refuse()

    def refuse(self) -> None:
        """Reset the client's connection, as nobody would have taken it."""
        self._unreachable()
        _reset_at_close(self._client)
        self.close()

    def _start(self, upstream: socket.socket, change: Callable[[bytes], bytes] | None) -> None:
        watcher = self._watcher
        client, ready = self._client, self._ready
        requests = Flow(ready, client, upstream, watcher.request_bytes, self._requests_ended)
        responses = Flow(ready, upstream, client, watcher.response_bytes, self._responses_ended)
        requests.change = change
        self._flows = (requests, responses)
        requests.start()
        responses.start()

    def close_if_idle(self) -> bool:
        """Close where no exchange is under way; return whether it is closed."""
        idle = self._flows is not None and not any(flow.waits for flow in self._flows)
        if idle and self._watcher.is_idle and _has_said_nothing(self._client):
            self.close()
        return self._is_closed

    def close(self) -> None:
        """Close both sockets now."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for flow in self._flows or ():
            flow.stop()
        if self._upstream is not None:
            if self._flows is None:
                self._ready.remove_writer(self._upstream)
            self._upstream.close()
        self._client.close()
        self._watcher.close(self._broken or CLIENT_HUNG_UP)
        # They refer to each other.
        self._flows = None
        self._closed(self)

    def _requests_ended(self, flow: Flow) -> None:
        self._ended(flow, UPSTREAM_HUNG_UP if flow.is_refused else CLIENT_HUNG_UP)

    def _responses_ended(self, flow: Flow) -> None:
        if not (flow.was_reset or flow.is_refused):
            self._watcher.server_ended()
        self._ended(flow, CLIENT_HUNG_UP if flow.is_refused else UPSTREAM_HUNG_UP)

    def _ended(self, flow: Flow, who: str) -> None:
        if self._flows is None:
            return
        self._broken = self._broken or who
        requests, responses = self._flows
        other = responses if flow is requests else requests
        if flow.was_reset:
            other.stop()
            self._reset(flow.sink)
        elif flow.is_refused:
            # The sink may have sent something before it went.
            if other.has_ended:
                self._reset(flow.source)
        elif other.is_refused:
            self._reset(flow.sink)
        elif other.has_ended:
            self.close()
        else:
            with contextlib.suppress(OSError):  # it is gone: reading from it will say so
                flow.sink.shutdown(socket.SHUT_WR)
            if flow is responses:
                self._wait_half_closed(requests)

    def _wait_half_closed(self, requests: Flow) -> None:
        """Close when the client says nothing for long to a server that says no more."""
        seen = requests.pieces

        def look() -> None:
            if requests.pieces == seen and not requests.waits:
                self.close()
            else:
                self._wait_half_closed(requests)

        self._timer = self._loop.call_later(_HALF_CLOSED_S, look)

    def _reset(self, peer: socket.socket) -> None:
        """Reset the peer's connection when it has what was sent to it."""
        deadline = self._loop.time() + _FLUSH_S
        if self._timer is not None:
            self._timer.cancel()

        def look() -> None:
            if _unsent_bytes(peer) and self._loop.time() < deadline:
                self._timer = self._loop.call_later(_FLUSH_STEP_S, look)
                return
            _reset_at_close(peer)
            self.close()

        look()


def _has_said_nothing(peer: socket.socket) -> bool:
    """Return whether neither bytes nor an end wait to be read."""
    with contextlib.suppress(OSError):  # its reader will find that out
        try:
            peer.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
    return False


def _reset_at_close(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is gone already
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _unsent_bytes(peer: socket.socket) -> int:
    """Return how many bytes the system has not brought to the peer; 0 where it does not say."""
    size = array.array("i", [0])
    try:
        fcntl.ioctl(peer.fileno(), termios.TIOCOUTQ, size)
    except OSError:
        return 0
    return size[0]
