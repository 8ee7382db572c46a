"""Connections: so many, each with so much time and so many bytes for the head of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

HEAD_SECONDS = 15.0
IDLE_SECONDS = 300.0
MOST_HEAD_BYTES = 256 * 1024
MOST_CONNECTIONS = 1024
_LOOK_SECONDS = 1.0

_OnRefused = Callable[[str], None]


class Connection(web.RequestHandler):
    """One connection of aiohttp's server, which says nothing of what it was sent.

    Attributes:
        since: loop seconds of the last request's end, or of the beginning of the next one's head.
        head_bytes: of a request whose head is not complete.
        requests: that are being answered.
    """

    def __init__(self, server: web.Server, connections: Connections, **options: Any) -> None:
        super().__init__(server, **options)
        self._connections = connections
        self.since = 0.0
        self.head_bytes = 0
        self.requests = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.made(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connections.lost(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.requests == 0:
            if self.head_bytes == 0:
                self.since = self._connections.now()
            self.head_bytes += len(data)
            if self.head_bytes > MOST_HEAD_BYTES and self._connections.cut(self, "large_headers"):
                return
        super().data_received(data)

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or ended in a fault, without repeating any of it."""
        self._connections.on_refused("bad_request" if status < 500 else "fault")
        response = web.Response(status=status, text="bad request\n" if status < 500 else "fault\n")
        response.force_close()
        return response


class Connections:
    """All connections of a server.

    Args:
        on_refused: called with the reason for each that is cut off.
        most: how many there may be.
    """

    def __init__(self, on_refused: _OnRefused, most: int = MOST_CONNECTIONS) -> None:
        self.on_refused = on_refused
        self._most = most
        self._all: set[Connection] = set()
        self.now = asyncio.get_running_loop().time

    def __len__(self) -> int:
        return len(self._all)

    def made(self, connection: Connection) -> None:
        """A client has come."""
        connection.since = self.now()
        self._all.add(connection)
        if len(self._all) > self._most:
            self.cut(connection, "connections")

    def lost(self, connection: Connection) -> None:
        """It has gone."""
        self._all.discard(connection)

    def cut(self, connection: Connection, reason: str) -> bool:
        """End a connection, and count it."""
        self._all.discard(connection)
        self.on_refused(reason)
        if connection.transport is not None:
            connection.transport.abort()
        return True

    def look(self) -> None:
        """Cut off those that take too long for a request's head, and those that rest for long."""
        now = self.now()
        for connection in list(self._all):
            if connection.requests:
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
