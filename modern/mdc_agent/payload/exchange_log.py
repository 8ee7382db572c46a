"""From exchanges to the store, while connections have nothing to do.

Copies and exchanges wait until nothing passes, or for so long, and become events in slices, so that
the bytes of others go first; the large and the compressed are made by a thread. All that waits is
within `payload.memory_bytes`.
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
from .later import LateCopies

# From the first of what waits to the first look.
_WAIT_S = 0.02
# Nothing has passed for so long: it is likely that nobody is kept waiting. In bursts p99 is that of
# the splice without logging, 0.23 ms; with heaps and slices at any time it was 0.59.
_QUIET_S = 0.005
# What waits so long is read between the bytes of others, in some of their pauses...
_LATE_S = 0.1
_PAUSE_S = 0.001
# ...and what waits so long in all of them.
_URGENT_S = 2.0
# A request that comes meanwhile waits for the rest of a slice: with 2 ms, p99 under load was
# 1.7 ms, with this it is 0.27. Urgent slices take as long as the requests beside them, so that
# copies are read under any load.
_SLICE_S = 0.00005
_LONGEST_SLICE_S = 0.002
_HEAVY_AT_ONCE = 16


class ExchangeLog:
    """Hands exchanges to a keeper; of one event loop.

    Args:
        keeper: decides, and stores.
        late_bytes: bound of the copies that nobody has read.
        is_pressed: whether the store had better get nothing now: copies wait then, in `Memory`.

    Attributes:
        copies: what connections carry.
    """

    def __init__(
        self, keeper: Keeper, late_bytes: int, is_pressed: Callable[[], bool] = lambda: False
    ) -> None:
        self.copies = LateCopies(late_bytes, self._drain_soon)
        self._keeper = keeper
        self._is_pressed = is_pressed
        self._is_closing = False
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Exchange] = deque()
        self._drains: asyncio.Handle | None = None
        # When the first of what waits came; None as long as nothing does.
        self._since: float | None = None
        # When a slice ended after which the others had one turn; None where they had more.
        self._gave_way: float | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mdc-agent-payload")
        self._heavy: set[asyncio.Future[list[StoredEvent]]] = set()

    def put(self, exchange: Exchange) -> None:
        """Log an exchange of which nothing more comes, soon."""
        self._waiting.append(exchange)
        self._drain_soon()

    async def close(self) -> None:
        """Hand all that waits to the store; what the store has taken is its own to finish."""
        self._is_closing = True
        while self.copies or self._waiting or self._heavy:
            if self._heavy:
                await asyncio.wait(tuple(self._heavy))
            self._drain()
            await asyncio.sleep(0)
        if self._drains is not None:
            self._drains.cancel()
        self._thread.shutdown()

    def _drain_soon(self) -> None:
        if self._drains is None:
            self._drains = self._loop.call_later(_WAIT_S, self._drain)
        if self._since is None:
            self._since = time.perf_counter()

    def _drain(self) -> None:
        began = time.perf_counter()
        waits = 0.0 if self._since is None else began - self._since
        is_quiet = began - self.copies.last > _QUIET_S
        if not self._is_closing:
            if self._is_pressed():
                return self._drain_after(_WAIT_S)
            if waits < _LATE_S and not is_quiet:
                return self._drain_after(_QUIET_S)
        is_urgent = is_quiet or waits > _URGENT_S
        others_took = 0.0 if self._gave_way is None else began - self._gave_way
        try:
            is_all = self._read_until(began + min(max(_SLICE_S, others_took), _LONGEST_SLICE_S))
        except BaseException:
            self._drain_after(0)  # what follows is read all the same; the loop tells of the error
            raise
        if is_all:
            self._gave_way = self._drains = None
            if not self._waiting:  # else it goes on when one of the heavy is done
                self._since = None
        elif is_urgent:
            self._gave_way = time.perf_counter()
            self._drains = self._loop.call_soon(self._drain)
        else:
            self._drain_after(_PAUSE_S)
        return None

    def _drain_after(self, seconds: float) -> None:
        self._gave_way = None
        self._drains = self._loop.call_later(seconds, self._drain)

    def _read_until(self, end: float) -> bool:
        """Read what waits; return whether all of it was read that can be."""
        copies, waiting = self.copies, self._waiting
        while True:
            if waiting and len(self._heavy) < _HEAVY_AT_ONCE:
                self._log(waiting.popleft())
            elif copies:
                copies.read_oldest()
            else:
                return True
            if time.perf_counter() > end:
                return False

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
