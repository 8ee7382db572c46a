"""The sockets that an HTTP client keeps between requests, when the script closes their numbers.

The client would write to, poll, and at last close the file that has such a number next. What is
looked at here are attributes of requests and urllib3; where they are named otherwise, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Dict, NamedTuple

from ..open_file import OpenFile


class PooledSockets:
    """Those of one client of azure-core; used by one thread."""

    def __init__(self) -> None:
        self._watched: Dict[int, _Watched] = {}

    def watch(self, client: Any) -> None:
        """Know the sockets that a client keeps now.

        Args:
            client: of azure-core; None when there is none.
        """
        known, self._watched = self._watched, {}
        for connection in _connections(client):
            socket = connection.sock
            watched = known.get(id(connection))
            if watched is None or watched.socket is not socket:
                watched = _Watched(connection, socket, OpenFile())
                watched.file.watch(socket.fileno())
            self._watched[id(connection)] = watched

    def let_go_of_lost(self) -> None:
        """Take from the client the sockets that are not open any more, without closing them."""
        for connection, socket, file in list(self._watched.values()):  # other threads add
            if connection.sock is socket and socket.fileno() >= 0 and file.look() is None:
                socket.detach()
                connection.sock = None


class _Watched(NamedTuple):
    connection: Any
    socket: Any
    file: OpenFile


def _connections(client: Any) -> Iterator[Any]:
    """Yield the connections in a client's pools that have a socket."""
    try:
        session = client._pipeline._transport.session  # noqa: SLF001
        managers = [adapter.poolmanager for adapter in session.adapters.values()]
        pools = [each.pools[key] for each in managers for key in list(each.pools.keys())]
        kept = [connection for pool in pools for connection in list(pool.pool.queue)]
    except (AttributeError, KeyError, TypeError):
        return
    for connection in kept:
        if getattr(connection, "sock", None) is not None and connection.sock.fileno() >= 0:
            yield connection
