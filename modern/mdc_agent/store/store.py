"""The store: events of all collections, each to the lane of its destination, each id once."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence

from mdc_core.errors import StoreError

from ..deployment import Deployment
from ..metrics import AgentCounts
from ..stored_event import StoredEvent
from .batching import Batching
from .claim import Claim
from .ids import IdMemory
from .item import Item, OnStored, Waiter, notify
from .lane import Lane, LaneState
from .lookup import key_of
from .routes import PlaceOf, Routes, close_in_threads
from .settings import StoreSettings


class Store:
    """Stores events; may be used by all threads and event loops.

    Args:
        deployment: whose events they are.
        place_of: where a collection's lines go, by its name.
        settings: see `StoreSettings`.
        counts: of what is stored and what is lost.
    """

    def __init__(
        self,
        deployment: Deployment,
        place_of: PlaceOf,
        settings: StoreSettings,
        counts: AgentCounts,
    ) -> None:
        self._counts = counts
        self._claim = Claim(settings.spool)
        self._ids = IdMemory(settings.spool / "ids", settings.remembered_ids)
        # Protects all below, and is held while a lane is made.
        self._lock = threading.Lock()
        self._routes = Routes(deployment, place_of, settings, self._ids, counts, self._done)
        # Waiters for each id that is on its way.
        self._waiters: dict[bytes, list[Waiter]] = {}
        self._is_open = False
        self._batching: Batching | None = None
        if settings.batch_window:
            self._batching = Batching(
                settings.batch_window, self._put_batch, settings.waiting_bytes
            )
        # Lanes that will be woken at the end of a loop's turn; every change is one step.
        self._woken: set[Lane] = set()

    def open(self) -> None:
        """Claim the spool, and take up what a dead agent left.

        Raises:
            SettingsError: the spool cannot be used: another agent has it, or another version.
            OSError: it cannot be read or written.
        """
        self._claim.take()
        self._ids.open()
        self._is_open = True
        with self._lock:
            self._routes.open()
        if self._batching is not None:
            self._batching.start()

    def accept(self, event: StoredEvent) -> asyncio.Future[None]:
        """Take an event.

        Returns:
            Done when the line is in the spool's file; fails with StoreError when it is not. An id
            that is stored already is done at once.

        Raises:
            SpoolFullError: there is no room, at once.
            StoreError: its destination fails at the moment.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        lane = self._offer(event, key_of(event.id), future)
        if lane is not None and lane not in self._woken:
            # After all that the loop has to do now: more events may come of it, for one append.
            self._woken.add(lane)
            loop.call_soon(self._wake, lane)
        return future

    def check(self, collection: str) -> None:
        """Look whether an event is likely to be taken, before all of it is here.

        Raises:
            SpoolFullError, StoreError: see `accept`.
        """
        with self._lock:
            if not self._is_open:
                raise StoreError("the agent is stopping")
            self._routes.check(collection)

    def accept_then(self, event: StoredEvent, on_stored: OnStored) -> None:
        """Take an event whose id was made in this process and that nobody else knows.

        Args:
            event: to store.
            on_stored: called once, from any thread, and must be short: with None when the line is
                in the spool's file, else with the error.

        Raises:
            SpoolFullError, StoreError: see `accept`; then `on_stored` is not called.
        """
        self._offer(event, None, on_stored)

    def is_pressed(self) -> bool:
        """Whether senders that can hold back further events should do so."""
        with self._lock:
            return any(lane.is_pressed for lane in self._routes.lanes())

    def states(self) -> list[LaneState]:
        """Return the destinations as they are now."""
        with self._lock:
            lanes = self._routes.lanes()
        return [lane.state() for lane in lanes]

    def reconfigure(self, deployment: Deployment, place_of: PlaceOf) -> None:
        """Follow another deployment, or other places, from now on.

        Raises:
            SettingsError: a place cannot be used; everything stays as it is.
        """
        with self._lock:
            close_in_threads(self._routes.follow(deployment, place_of))

    def close(self, timeout: float) -> None:
        """Store what waits, deliver what can be delivered, and give up the spool.

        Args:
            timeout: seconds for it.
        """
        with self._lock:
            self._is_open = False
        if self._batching is not None:
            self._batching.close()
        with self._lock:
            lanes = self._routes.take_all()
        for thread in close_in_threads(lanes, timeout):
            thread.join(timeout + 1.0)
        self._ids.close()
        self._claim.give_up()

    def _wake(self, lane: Lane) -> None:
        self._woken.discard(lane)
        lane.wake()

    def _offer(self, event: StoredEvent, key: bytes | None, waiter: Waiter) -> Lane | None:
        """Give an event to its lane, and return that; None where there is nothing to wake."""
        batching = self._batching
        keys = () if key is None else (key,)
        with self._lock:
            if not self._is_open:
                raise StoreError("the agent is stopping")
            if key is not None:
                waiting = self._waiters.get(key)
                if waiting is not None or key in self._ids:
                    self._counts.add_repeated(event.collection)
                    if waiting is None:
                        notify([waiter])
                    else:
                        waiting.append(waiter)
                    return None
            lane = None
            is_held = batching is not None and keys and batching.takes(event)
            if not is_held:
                lane = self._routes.put(event, keys, waiter)
            if key is not None:
                self._waiters[key] = []
        if batching is not None and is_held:
            batching.add(event, keys, waiter)
        return lane

    def _put_batch(self, event: StoredEvent, keys: Sequence[bytes], waiter: Waiter) -> None:
        try:
            with self._lock:
                lane = self._routes.put(event, keys, waiter)
        except StoreError as error:
            with self._lock:
                waiters = [each for key in keys for each in self._waiters.pop(key, ())]
            notify(waiters, error)
            raise
        lane.wake()

    def _done(self, items: Sequence[Item], error: StoreError | None) -> None:
        """Items of a lane are stored, or lost."""
        waiters: list[Waiter] = []
        with self._lock:
            for item in items:
                waiters.append(item.waiter)
                for key in item.keys:
                    waiters += self._waiters.pop(key, ())
            if error is None:
                self._ids.add(key for item in items for key in item.keys)
        if error is None:
            stored: Counter[str] = Counter()
            for item in items:
                stored[item.collection] += len(item.keys) or 1
            for collection, events in stored.items():
                self._counts.add_stored(collection, events)
        notify(waiters, error)
