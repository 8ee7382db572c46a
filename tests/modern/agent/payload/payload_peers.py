"""Raw peers for the splice: client and server follow scripts, with an agent between them."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.metrics import AgentCounts
from mdc_agent.payload import PayloadServer, PayloadSettings
from mdc_agent.store.item import OnStored
from mdc_agent.stored_event import StoredEvent

TIMEOUT_S = 20

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop

DEPLOYMENT = Deployment(
    "my_endpoint",
    "blue",
    (DeployedCollection("request", True), DeployedCollection("response", True)),
    capture_headers=("X-Tenant",),
)


class ListStore:
    """A store that keeps events in a list.

    Attributes:
        events: that were accepted.
        is_stalled: they are not done until `go_on`.
    """

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.is_stalled = False
        self._stalled: list[OnStored] = []
        self._arrived = threading.Condition()

    def accept_then(self, event: StoredEvent, on_stored: OnStored) -> None:
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()
        if self.is_stalled:
            self._stalled.append(on_stored)
        else:
            on_stored(None)

    def go_on(self) -> None:
        self.is_stalled = False
        while self._stalled:
            self._stalled.pop()(None)

    def wait_for(self, count: int) -> list[StoredEvent]:
        """Return the events when there are so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.events) >= count, TIMEOUT_S), (
                f"{len(self.events)} events of {count}"
            )
        return self.events

    def of(self, collection: str) -> list[StoredEvent]:
        return [event for event in self.events if event.collection == collection]


@dataclass
class Agent:
    """A splice that runs in a thread of its own."""

    server: PayloadServer
    store: ListStore
    loop: asyncio.AbstractEventLoop
    counts: AgentCounts
    closed: bool = field(default=False)

    @property
    def address(self) -> tuple[str, int]:
        return self.server.address

    def call(self, function: Callable[[], Any]) -> Any:
        """Return what a function returns in the agent's thread."""

        async def run() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(TIMEOUT_S)

    def close(self, grace_s: float = 0) -> None:
        """Close it, so that all it knows is in the store."""
        if not self.closed:
            self.closed = True
            asyncio.run_coroutine_threadsafe(self.server.close(grace_s), self.loop).result(
                TIMEOUT_S
            )


@contextmanager
def agent_before(
    upstream: tuple[str, int],
    deployment: Deployment = DEPLOYMENT,
    store: ListStore | None = None,
    **settings: Any,
) -> Iterator[Agent]:
    """An agent in front of a server."""
    store = ListStore() if store is None else store
    counts = AgentCounts()
    loop = new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asked = PayloadSettings(listen=("127.0.0.1", 0), upstream=upstream, **settings)

        async def serve() -> PayloadServer:
            server = PayloadServer(deployment, asked, store, counts)
            await server.start()
            return server

        server = asyncio.run_coroutine_threadsafe(serve(), loop).result(TIMEOUT_S)
        agent = Agent(server, store, loop, counts)
        try:
            yield agent
        finally:
            store.go_on()
            agent.close()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Step(NamedTuple):
    """One thing that a peer does: `send` bytes, `see` bytes arrive, or `end` in some way."""

    what: str
    data: bytes = b""


def send(data: bytes) -> Step:
    return Step("send", data)


def see(data: bytes) -> Step:
    """Read until these bytes have come."""
    return Step("see", data)


END_SENDING = Step("end_sending")
CLOSE = Step("close")
RESET = Step("reset")
SEE_END = Step("see_end")


class Seen(NamedTuple):
    """What a peer saw: all bytes, and how they ended."""

    data: bytes
    end: str


def follow(peer: socket.socket, steps: Sequence[Step]) -> Seen:
    """Do the steps; return what was seen. A peer that is hung up on stops sending and reads on."""
    peer.settimeout(TIMEOUT_S)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    seen = bytearray()
    looked = 0
    end = "open"
    for step in steps:
        if step.what == "send":
            try:
                peer.sendall(step.data)
            except OSError:
                end = "refused"
        elif step.what == "see":
            while (at := seen.find(step.data, looked)) < 0 and end in ("open", "refused"):
                end = _read(peer, seen, end)
            looked = at + len(step.data) if at >= 0 else looked
        elif step.what == "see_end":
            while end in ("open", "refused"):
                end = _read(peer, seen, end)
        elif step.what == "end_sending":
            peer.shutdown(socket.SHUT_WR)
        elif step.what == "reset":
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            break
        else:
            break
    peer.close()
    return Seen(bytes(seen), end)


def _read(peer: socket.socket, seen: bytearray, end: str) -> str:
    try:
        data = peer.recv(65536)
    except ConnectionError:
        return "reset"
    except TimeoutError:
        return "waited"
    if not data:
        return "reset" if end == "refused" else "ended"
    seen += data
    return end


class Outcome(NamedTuple):
    """What both peers saw."""

    client: Seen
    server: Seen


@contextmanager
def scripted_server(
    steps: Sequence[Step], port: int = 0
) -> Iterator[tuple[tuple[str, int], list[Seen]]]:
    """A server for one connection; yields its address, and a list for what it saw."""
    seen: list[Seen] = []
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(TIMEOUT_S)

        def run() -> None:
            try:
                peer, _ = listener.accept()
            except TimeoutError:
                seen.append(Seen(b"", "not connected"))
            else:
                seen.append(follow(peer, steps))

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname(), seen
        finally:
            thread.join()


def run_exchange(
    client_steps: Sequence[Step], server_steps: Sequence[Step], through: bool, **settings: Any
) -> tuple[Outcome, Agent | None]:
    """Let both follow their steps, with an agent between them or without one."""
    with scripted_server(server_steps) as (address, seen):
        if not through:
            client = follow(socket.create_connection(address), client_steps)
        else:
            with agent_before(address, **settings) as agent:
                client = follow(socket.create_connection(agent.address), client_steps)
                agent.close(grace_s=TIMEOUT_S)
    return Outcome(client, seen[0]), agent if through else None
