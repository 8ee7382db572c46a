"""The socket that clients connect to, and its connections."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
from collections.abc import Callable
from typing import Any

from mdc_core.errors import SettingsError

from ..metrics import AgentCounts
from .connection import SplicedConnection
from .later import LateCopies, LaterWatcher
from .readiness import EpollReadiness, readiness_in
from .request_ids import IdInjector
from .settings import PayloadSettings
from .watcher import Watcher

_LOG = logging.getLogger("mdc_agent.payload")
_BACKLOG = 1024
_AT_ONCE = 16
_RETRY_S = 0.1
_NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Splice:
    """Passes what comes to one socket on to the scoring server, a connection for a connection.

    Args:
        settings: where it listens and what is behind.
        new_watcher: makes what reads the copies of one connection.
        copies: hold what connections carried until it is read.
        counts: counts what cannot be passed on.
    """

    def __init__(
        self,
        settings: PayloadSettings,
        new_watcher: Callable[[], Watcher],
        copies: LateCopies,
        counts: AgentCounts,
    ) -> None:
        self._settings = settings
        self._new_watcher = new_watcher
        self._copies = copies
        self._counts = counts
        self._loop = asyncio.get_running_loop()
        self._ready = readiness_in(self._loop)
        self._listener: socket.socket | None = None
        self._connections: set[SplicedConnection] = set()
        self._accepts = False
        self._upstream: tuple[int, object] | None = None
        self._resolving: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        if self._listener is None:
            raise RuntimeError("the splice is not listening")
        host, port = self._listener.getsockname()[:2]
        return host, port

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    async def start(self) -> None:
        """Listen from now on.

        Raises:
            OSError: the address cannot be listened on.
            SettingsError: the upstream is this address itself.
        """
        host, port = self._settings.listen
        found = await self._loop.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, _, _, address = found[0]
        listener = socket.socket(family, kind)
        try:
            listener.setblocking(False)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
        await self._resolve()
        if self._upstream is not None and _is_at(listener, self._upstream[1]):
            listener.close()
            upstream = ":".join(map(str, self._settings.upstream))
            raise SettingsError(
                f"payload.upstream {upstream} is payload.listen itself; valid: the address of the "
                "scoring server"
            )
        self._listener = listener
        self._accept_again()

    async def close(self, grace_s: float) -> None:
        """Take no more connections; let exchanges end for so long, then close what is left."""
        if self._listener is not None:
            self._accept()  # those who were let in by the system
            self._pause_accepting()
            self._listener.close()
            self._listener = None
        if self._resolving is not None:
            self._resolving.cancel()
        deadline = self._loop.time() + grace_s
        while self._connections and self._loop.time() < deadline:
            for each in tuple(self._connections):
                each.close_if_idle()
            if self._connections:
                self._gone.clear()
                with contextlib.suppress(asyncio.TimeoutError):  # some may be idle by now
                    await asyncio.wait_for(self._gone.wait(), 0.05)
        for each in tuple(self._connections):
            each.close()
        if isinstance(self._ready, EpollReadiness):
            self._ready.close()

    def _accept_again(self) -> None:
        if self._listener is not None and not self._accepts:
            self._accepts = True
            self._ready.add_reader(self._listener, self._accept)

    def _pause_accepting(self) -> None:
        if self._listener is not None and self._accepts:
            self._accepts = False
            self._ready.remove_reader(self._listener)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            if self._listener is None:
                return
            if len(self._connections) >= self._settings.connections:
                self._pause_accepting()
                return
            try:
                client, _address = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NO_DESCRIPTORS:
                    raise
                self._counts.add_lost("connection", "no_descriptors")
                self._pause_accepting()
                self._loop.call_later(_RETRY_S, self._accept_again)
                return
            client.setblocking(False)
            self._splice(client)

    def _splice(self, client: socket.socket) -> None:
        watcher = self._new_watcher()
        change = IdInjector(watcher).change if self._settings.injects_request_id else None
        # To inject ids, it has to know at once where requests begin.
        reads = LaterWatcher(watcher, self._copies) if change is None else watcher
        connection = SplicedConnection(
            self._loop, self._ready, client, reads, self._unreachable, self._closed
        )
        self._connections.add(connection)
        if self._upstream is None:
            connection.refuse()
            return
        try:
            connection.connect(*self._upstream, change)
        except OSError:
            connection.refuse()

    async def _resolve(self) -> None:
        host, port = self._settings.upstream
        try:
            found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            _LOG.warning("the upstream %s:%d cannot be resolved: %s", host, port, error)
        else:
            family, _, _, _, address = found[0]
            self._upstream = (family, address)

    def _unreachable(self) -> None:
        self._counts.add_lost("connection", "upstream_unreachable")
        # A name may stand for another address by now.
        if self._resolving is None or self._resolving.done():
            self._resolving = self._loop.create_task(self._resolve())

    def _closed(self, connection: SplicedConnection) -> None:
        self._connections.discard(connection)
        self._gone.set()
        self._accept_again()


def _is_at(listener: socket.socket, address: Any) -> bool:
    """Return whether a connection to an address, as getaddrinfo gave it, reaches this listener."""
    own = listener.getsockname()
    if address[1] != own[1]:
        return False
    if address[0] == own[0]:
        return True
    if not ipaddress.ip_address(own[0]).is_unspecified:
        return False
    # A listener at all addresses of this machine: only these can be bound to.
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as tried:
        try:
            tried.bind((address[0], 0, *address[2:]))
        except OSError:
            return False
    return True
