"""Connections: so many, each with so much time and so many bytes for the head of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web

from ..process import CycleSearch

HEAD_SECONDS = 15.0
IDLE_SECONDS = 300.0
MOST_HEAD_BYTES = 256 * 1024
MOST_CONNECTIONS = 1024
_LOOK_SECONDS = 1.0
# After a client has sent everything, the parser has so long to reach the end.
_REST_SECONDS = 0.1
# What one leaves in cycles, about: when it ends in the middle of a request, and else.
_BROKEN_BYTES = 16 * 1024
_RESTING_BYTES = 1024
_END_OF_HEAD = b"\r\n\r\n"

_OnRefused = Callable[[str], None]


class Connection(web.RequestHandler):
    """One connection of aiohttp's server, which says nothing of what it was sent.

    Attributes:
        since: loop seconds of the last request's end, or of the beginning of the next one's head.
        head_bytes: of a request whose head is not complete; 0 while none has begun.
        is_in_head: no request is being received further, or answered.
        request: that is being answered.
    """

    def __init__(self, server: web.Server, connections: Connections, **options: Any) -> None:
        super().__init__(server, **options)
        self._connections = connections
        self.since = 0.0
        self.head_bytes = 0
        self.is_in_head = True
        self.request: web.BaseRequest | None = None
        self._tail = b""

    def begin(self, request: web.BaseRequest | None = None) -> None:
        """A request's head is here."""
        self.request = request
        self.is_in_head = False
        self.head_bytes = 0
        self._tail = b""

    def end(self) -> None:
        """It is answered."""
        self.request = None
        self.is_in_head = True
        self.since = self._connections.now()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.add(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connections.lost(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.is_in_head:
            if self.head_bytes == 0:
                self.since = self._connections.now()
            self.head_bytes += len(data)
            recent = self._tail + data
            if _END_OF_HEAD in recent:
                self.begin()
            elif self.head_bytes > MOST_HEAD_BYTES:
                self._connections.cut(self, "large_headers")
                return
            else:
                self._tail = recent[1 - len(_END_OF_HEAD) :]
        super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # what asyncio asks for
        """The client sends no more, but waits for the answer to what it has sent."""
        if self.is_in_head:
            return False
        self.close()
        self._connections.later(self._give_up)
        return True

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        """Answer what is not HTTP, or ended in a fault, without repeating any of it."""
        self._connections.on_refused("bad_request" if status < 500 else "fault")
        if exc is not None:
            # Its frames refer to the connection, with all that was received, and that to it.
            exc.__traceback__ = exc.__context__ = exc.__cause__ = None
        response = web.Response(status=status, text="bad request\n" if status < 500 else "fault\n")
        response.force_close()
        return response

    def _give_up(self) -> None:
        """End a connection on which the rest of a body will never come."""
        is_whole = self.request is None or self.request.content.is_eof()
        if not is_whole and self.transport is not None:
            self.transport.close()


class Connections:
    """All connections of a server.

    Args:
        on_refused: called with the reason for each that is cut off.
        most: how many there may be.

    Attributes:
        on_refused: the same.
        now: monotonic seconds.
        later: calls a function after a while.
    """

    def __init__(self, on_refused: _OnRefused, most: int = MOST_CONNECTIONS) -> None:
        self.on_refused = on_refused
        self._most = most
        self._all: set[Connection] = set()
        self._leftovers = CycleSearch()
        loop = asyncio.get_running_loop()
        self.now = loop.time
        self.later = partial(loop.call_later, _REST_SECONDS)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, connection: Connection) -> None:
        """A client has connected."""
        connection.since = self.now()
        self._all.add(connection)
        if len(self._all) > self._most:
            self.cut(connection, "connections")

    def lost(self, connection: Connection) -> None:
        """A connection has ended."""
        self._all.discard(connection)
        self._leftovers.passed(_RESTING_BYTES if connection.is_in_head else _BROKEN_BYTES)

    def cut(self, connection: Connection, reason: str) -> None:
        """End a connection, and count it."""
        self._all.discard(connection)
        self.on_refused(reason)
        if connection.transport is not None:
            connection.transport.abort()

    def look(self) -> None:
        """Cut off those that take too long for a request's head, and those that rest for long."""
        now = self.now()
        for connection in list(self._all):
            if not connection.is_in_head:
                continue
            if connection.head_bytes and now - connection.since > HEAD_SECONDS:
                self.cut(connection, "slow")
            elif now - connection.since > IDLE_SECONDS and connection.transport is not None:
                connection.transport.close()

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.look()
