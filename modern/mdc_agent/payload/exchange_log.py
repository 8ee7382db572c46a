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

from ..stored_event import StoredEvent
from .bodies import HEAVY_BYTES
from .events import is_heavy
from .exchange import Exchange
from .keeper import Keeper
from .later import LaterWatcher

_WAIT_S = 0.02
_SLICE_S = 0.002
_HEAVY_AT_ONCE = 16


class ExchangeLog:
    """Hands exchanges to a keeper; of one event loop.

    Args:
        keeper: decides, and stores.
        is_pressed: whether the store had better get nothing now: copies wait then, in `Memory`.
    """

    def __init__(self, keeper: Keeper, is_pressed: Callable[[], bool] = lambda: False) -> None:
        self._keeper = keeper
        self._is_pressed = is_pressed
        self._is_closing = False
        self._loop = asyncio.get_running_loop()
        self._unread: deque[LaterWatcher] = deque()
        self._waiting: deque[Exchange] = deque()
        self._drains: asyncio.Handle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mdc-agent-payload")
        self._heavy: set[asyncio.Future[list[StoredEvent]]] = set()

    def put(self, exchange: Exchange) -> None:
        """Log an exchange of which nothing more comes, soon."""
        self._waiting.append(exchange)
        if self._drains is None:
            self._drains = self._loop.call_later(_WAIT_S, self._drain)

    def read_soon(self, watcher: LaterWatcher) -> None:
        """Read what a watcher keeps, soon."""
        self._unread.append(watcher)
        if self._drains is None:
            self._drains = self._loop.call_later(_WAIT_S, self._drain)

    async def close(self) -> None:
        """Hand all that waits to the store; what the store has taken is its own to finish."""
        self._is_closing = True
        while self._unread or self._waiting or self._heavy:
            if self._heavy:
                await asyncio.wait(tuple(self._heavy))
            self._drain()
            await asyncio.sleep(0)
        if self._drains is not None:
            self._drains.cancel()
        self._thread.shutdown()

    def _drain(self) -> None:
        self._drains = None
        if not self._is_closing and self._is_pressed():
            self._drains = self._loop.call_later(_WAIT_S, self._drain)
            return
        end = time.perf_counter() + _SLICE_S
        unread, waiting = self._unread, self._waiting
        while unread or waiting:
            if unread:
                unread.popleft().read()
            elif len(self._heavy) < _HEAVY_AT_ONCE:
                self._log(waiting.popleft())
            else:
                return  # goes on when one of them is done
            if time.perf_counter() > end:
                break
        if (unread or waiting) and self._drains is None:
            self._drains = self._loop.call_later(0, self._drain)

    def _log(self, exchange: Exchange) -> None:
        keeper = self._keeper
        kept = keeper.wants(exchange)
        if kept is None:
            exchange.release()
            return
        if not is_heavy(exchange, HEAVY_BYTES):
            keeper.store(exchange, keeper.events(exchange, kept))
            return
        made = self._loop.run_in_executor(self._thread, keeper.events, exchange, kept)
        self._heavy.add(made)

        def store(made: asyncio.Future[list[StoredEvent]]) -> None:
            self._heavy.discard(made)
            keeper.store(exchange, made.result())
            if self._waiting and self._drains is None:
                self._drains = self._loop.call_soon(self._drain)

        made.add_done_callback(store)
