"""From exchanges to the store, while connections have nothing to do.

Exchanges wait for some milliseconds and are made into events in slices, so that the bytes of others
go first; the large and the compressed are made by a thread. All that waits is within `Memory`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from mdc_core.data.sampling import is_sampled

from ..deployment import PAYLOAD_COLLECTIONS, REQUEST, RESPONSE, Deployment
from ..metrics import Counts
from ..stored_event import StoredEvent
from .events import EventMaker, LostBodyError, is_heavy
from .exchange import MEMORY_FULL, Exchange
from .headers import CapturedHeaders
from .memory import Memory
from .request_ids import request_id_of
from .settings import PayloadSettings

_WAIT_S = 0.02
_SLICE_S = 0.002
_HEAVY = 128 * 1024
_HEAVY_AT_ONCE = 16
# Of an event beside its texts, about.
_EVENT = 1500


Done = Callable[[Exception | None], None]


class Store(Protocol):
    """Where events are stored."""

    def accept_then(self, event: StoredEvent, done: Done) -> None:
        """Take an event whose id nobody knows, see `mdc_agent.store.Store.accept_then`."""
        ...


class ExchangeLog:
    """Keeps what is to be kept of exchanges.

    Args:
        deployment: which collections are on, the share that is kept, the headers of lines.
        settings: what is kept beside, and the bounds.
        store: takes the events.
        memory: that copies are held in.
        counts: of what was stored and what was not.
    """

    def __init__(
        self,
        deployment: Deployment,
        settings: PayloadSettings,
        store: Store,
        memory: Memory,
        counts: Counts,
    ) -> None:
        self._settings = settings
        self._store = store
        self._memory = memory
        self._counts = counts
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Exchange] = deque()
        self._drains: asyncio.Handle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mdc-agent-payload")
        self._heavy: set[asyncio.Future[list[StoredEvent]]] = set()
        self.follow(deployment)

    def follow(self, deployment: Deployment) -> None:
        """Go by this deployment from now on."""
        enabled = {each.name.lower() for each in deployment.collections if each.enabled} & set(
            PAYLOAD_COLLECTIONS
        )
        self._requests = REQUEST in enabled
        self._responses = RESPONSE in enabled
        self._percentage = deployment.sampling_rate * 100
        self._maker = EventMaker(
            CapturedHeaders(deployment.capture_headers, self._settings.forced_headers),
            self._settings.body_bytes,
            self._counts,
        )

    @property
    def is_on(self) -> bool:
        """Whether any exchange is logged."""
        return self._requests or self._responses

    def put(self, exchange: Exchange) -> None:
        """Log an exchange of which nothing more comes, soon."""
        self._waiting.append(exchange)
        if self._drains is None:
            self._drains = self._loop.call_later(_WAIT_S, self._drain)

    async def close(self) -> None:
        """Hand all that waits to the store; what the store has taken is its own to finish."""
        while self._waiting or self._heavy:
            if self._heavy:
                await asyncio.wait(tuple(self._heavy))
            self._drain()
            await asyncio.sleep(0)
        if self._drains is not None:
            self._drains.cancel()
        self._thread.shutdown()

    def _drain(self) -> None:
        self._drains = None
        end = time.perf_counter() + _SLICE_S
        waiting = self._waiting
        while waiting:
            if len(self._heavy) >= _HEAVY_AT_ONCE:
                return  # goes on when one of them is done
            self._log(waiting.popleft())
            if time.perf_counter() > end:
                if waiting:
                    self._drains = self._loop.call_later(0, self._drain)
                return

    def _log(self, exchange: Exchange) -> None:
        identifier = request_id_of(exchange)
        failed = exchange.broken is not None or exchange.status >= 400
        fails = failed and self._settings.keeps_failures
        if not (self.is_on and (fails or self._is_kept(exchange, identifier))):
            exchange.release()
            return
        if not is_heavy(exchange, _HEAVY):
            self._accept(exchange, self._events(exchange, identifier, fails))
            return
        made = self._loop.run_in_executor(self._thread, self._events, exchange, identifier, fails)
        self._heavy.add(made)

        def accept(made: asyncio.Future[list[StoredEvent]]) -> None:
            self._heavy.discard(made)
            self._accept(exchange, made.result())
            if self._waiting and self._drains is None:
                self._drains = self._loop.call_soon(self._drain)

        made.add_done_callback(accept)

    def _is_kept(self, exchange: Exchange, identifier: str) -> bool:
        slower_than = self._settings.slower_than_s
        return is_sampled(identifier, self._percentage) or (
            slower_than is not None and exchange.latency_s > slower_than
        )

    def _events(self, exchange: Exchange, identifier: str, fails: bool) -> list[StoredEvent]:
        if fails:
            return [self._maker.failure(exchange, identifier)]
        events = []
        try:
            if self._requests:
                events.append(self._maker.request(exchange, identifier))
        except LostBodyError as lost:
            self._counts.add_lost(lost.collection, lost.reason)
        try:
            if self._responses:
                events.append(self._maker.response(exchange, identifier))
        except LostBodyError as lost:
            self._counts.add_lost(lost.collection, lost.reason)
        return events

    def _accept(self, exchange: Exchange, events: list[StoredEvent]) -> None:
        exchange.release()
        for event in events:
            size = len(event.data) + len(event.raw or b"") + _EVENT
            if not self._memory.take(size):
                self._counts.add_lost(event.collection, MEMORY_FULL)
                continue
            self._store_event(event, size)

    def _store_event(self, event: StoredEvent, size: int) -> None:
        memory, counts, collection = self._memory, self._counts, event.collection

        def stored(error: Exception | None) -> None:
            memory.give_back_from_elsewhere(size)
            if error is not None:
                counts.add_lost(collection, getattr(error, "reason", "not_stored"))

        try:
            self._store.accept_then(event, stored)
        except Exception as error:  # noqa: BLE001  whatever the store cannot do is counted
            stored(error)
