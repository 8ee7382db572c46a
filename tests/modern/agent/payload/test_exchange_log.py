"""Exchanges wait as copies while the store has much to do, and are all stored afterwards."""

from __future__ import annotations

import asyncio

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.metrics import Counts
from mdc_agent.payload.exchange import Exchange, Message
from mdc_agent.payload.exchange_log import ExchangeLog
from mdc_agent.payload.keeper import Done, Keeper
from mdc_agent.payload.memory import Memory
from mdc_agent.payload.settings import PayloadSettings
from mdc_agent.stored_event import StoredEvent

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

    def accept_then(self, event: StoredEvent, done: Done) -> None:
        self.events.append(event)
        done(None)

    def look(self) -> bool:
        self.looks += 1
        return self.is_pressed


def _exchange(memory: Memory) -> Exchange:
    exchange = Exchange(memory)
    exchange.method, exchange.target, exchange.status = "POST", b"/score", 200
    exchange.request.add(b"[1]", 100)
    exchange.response = Message(memory)
    exchange.request.is_complete = exchange.response.is_complete = True
    return exchange


async def _logged(store: _Store, memory: Memory, closes: bool) -> tuple[int, int]:
    """Return how many events were stored while it was pressed, and in all."""
    counts = Counts()
    keeper = Keeper(_DEPLOYMENT, PayloadSettings(), store, memory, counts)
    log = ExchangeLog(keeper, store.look)
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
    memory = Memory(1 << 20)
    assert asyncio.run(_logged(_Store(), memory, closes=False)) == (0, 50)
    assert memory.held == 0


def test_at_the_end_nothing_waits() -> None:
    """When the agent stops, the store gets all that there is, pressed or not."""
    memory = Memory(1 << 20)
    assert asyncio.run(_logged(_Store(), memory, closes=True)) == (0, 50)
    assert memory.held == 0
