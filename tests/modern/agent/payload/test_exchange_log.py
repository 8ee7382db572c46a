"""What connections carried waits for quiet, or for the store, and is all stored in the end."""

from __future__ import annotations

import asyncio

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.metrics import AgentCounts
from mdc_agent.payload.exchange import Exchange, Message
from mdc_agent.payload.exchange_log import ExchangeLog
from mdc_agent.payload.keeper import Keeper, Stored
from mdc_agent.payload.later import LaterWatcher
from mdc_agent.payload.memory import CopyMemory
from mdc_agent.payload.settings import PayloadSettings
from mdc_agent.payload.watcher import Watcher
from mdc_agent.stored_event import StoredEvent

_ASKED = b"POST /score HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\n[1]"
_ANSWERED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
_DEPLOYMENT = Deployment("ep", "blue", (DeployedCollection("request", True),))


class _Store:
    """Takes all events, as long as it is not pressed.

    Attributes:
        is_pressed: see `ExchangeLog`.
        looks: how often it was asked that.
    """

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.is_pressed = True
        self.looks = 0

    def accept_then(self, event: StoredEvent, done: Stored) -> None:
        self.events.append(event)
        done(None)

    def look(self) -> bool:
        self.looks += 1
        return self.is_pressed


def _exchange(memory: CopyMemory) -> Exchange:
    exchange = Exchange(memory)
    exchange.method, exchange.target, exchange.status = "POST", b"/score", 200
    exchange.request.add(b"[1]", 100)
    exchange.response = Message(memory)
    exchange.request.is_complete = exchange.response.is_complete = True
    return exchange


async def _logged(store: _Store, memory: CopyMemory, closes: bool) -> tuple[int, int]:
    """Return how many events were stored while it was pressed, and in all."""
    counts = AgentCounts()
    keeper = Keeper(_DEPLOYMENT, PayloadSettings(), store, memory, counts)
    log = ExchangeLog(keeper, 1 << 16, store.look)
    for _ in range(50):
        log.put(_exchange(memory))
    while store.looks < 3:
        await asyncio.sleep(0.001)
    before = len(store.events)
    store.is_pressed = closes
    if not closes:
        while len(store.events) < 50:
            await asyncio.sleep(0.001)
    await log.close()
    assert not counts.read().lost
    return before, len(store.events)


def test_a_store_that_is_pressed_gets_nothing() -> None:
    """It is asked again until it is not; copies are held meanwhile, and let go of then."""
    memory = CopyMemory(1 << 20)
    assert asyncio.run(_logged(_Store(), memory, closes=False)) == (0, 50)
    assert memory.held == 0


def test_at_the_end_nothing_waits() -> None:
    """When the agent stops, the store gets all that there is, pressed or not."""
    memory = CopyMemory(1 << 20)
    assert asyncio.run(_logged(_Store(), memory, closes=True)) == (0, 50)
    assert memory.held == 0


async def _logged_in_traffic() -> int:
    """Return how many exchanges had passed, without a pause, when some were stored."""
    store, memory, counts = _Store(), CopyMemory(1 << 26), AgentCounts()
    store.is_pressed = False
    log = ExchangeLog(Keeper(_DEPLOYMENT, PayloadSettings(), store, memory, counts), 1 << 24)
    watcher = Watcher(log.put, memory, 1 << 20, lambda method, target: False, counts)
    later = LaterWatcher(watcher, log.copies)
    passed = 0
    while len(store.events) < 100:
        later.request_bytes(_ASKED)
        later.response_bytes(_ANSWERED)
        passed += 1
        await asyncio.sleep(0)
    later.close("closed")
    await log.close()
    assert len(store.events) == passed
    assert memory.held == 0
    return passed


def test_traffic_that_never_pauses_is_stored_meanwhile() -> None:
    """What waits for quiet does not wait for ever."""
    assert asyncio.run(_logged_in_traffic()) > 100
