"""The store: events of all collections, each to the lane of its destination, each id once."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mdc_core.encoding.cells import text_json
from mdc_core.errors import StoreError
from mdc_core.layouts import rolled_folder

from ..deployment import Deployment
from ..metrics import Counts
from ..stored_event import StoredEvent
from .answers import Told, Waiter, tell
from .claim import Claim
from .ids import IdMemory, key_of
from .lane import Item, Lane
from .line import source_of
from .places import Place

logger = logging.getLogger("mdc_agent")

# What an event takes in memory beside its data.
_EVENT_BYTES = 2048

PlaceOf = Callable[[str], Place]


@dataclass(frozen=True)
class StoreSettings:
    """How the store keeps what it is given.

    Attributes:
        spool: folder of this agent alone.
        spool_bytes: bound of what waits for one destination that can fail.
        waiting_bytes: bound of events in memory, for one destination.
        sync_interval: seconds between two flushes to the disk.
        delivery_interval: seconds between two rounds of delivery.
        remembered_ids: so many of the last event ids are known for sure.
        workspace: `subscription/resource group/workspace`, of the field `source`.
    """

    spool: Path
    spool_bytes: int = 1024 * 1024 * 1024
    waiting_bytes: int = 64 * 1024 * 1024
    sync_interval: float = 5.0
    delivery_interval: float = 1.0
    remembered_ids: int = 200_000
    workspace: str = ""


class LaneState(NamedTuple):
    """One destination as it is now.

    Attributes:
        name: of it, without secrets.
        works: events can be stored.
        waiting_events, waiting_bytes: in memory.
        undelivered_bytes: in the spool.
        oldest_undelivered: age of them, in seconds.
    """

    name: str
    works: bool
    waiting_events: int
    waiting_bytes: int
    undelivered_bytes: int
    oldest_undelivered: float


class _Way(NamedTuple):
    """How events of one collection go."""

    place: Place
    lane: Lane


class Store:
    """Stores events; may be used by all threads and event loops.

    Args:
        deployment: whose events they are.
        place_of: where a collection's lines go, by its name.
        settings: see there.
        counts: of what is stored and what is lost.
    """

    def __init__(
        self, deployment: Deployment, place_of: PlaceOf, settings: StoreSettings, counts: Counts
    ) -> None:
        self._settings = settings
        self._counts = counts
        self._claim = Claim(settings.spool)
        self._ids = IdMemory(settings.spool / "ids", settings.remembered_ids)
        # Protects all below, and is held while a lane is made.
        self._lock = threading.Lock()
        self._deployment = deployment
        self._place_of = place_of
        self._source = self._source_of(deployment)
        self._ways: dict[str, _Way] = {}
        self._lanes: dict[str, Lane] = {}
        # Who waits for an id that is on its way.
        self._waiters: dict[bytes, list[Waiter]] = {}
        self._is_open = False
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
            for collection in self._deployment.collections:
                if collection.enabled:
                    self._way_of(collection.name)

    def accept(self, event: StoredEvent, repeatable: bool = True) -> Future[None]:
        """Take an event.

        Args:
            event: to store.
            repeatable: its id may come again, and is remembered; False for an id that was made in
                this process and that nobody else knows.

        Returns:
            Done when the line is in the spool's file; fails with StoreError when it is not. An id
            that is stored already is done at once.

        Raises:
            SpoolFullError: there is no room, at once.
            StoreError: its destination fails at the moment.
        """
        future: Future[None] = Future()
        lane = self._offer(event, (key_of(event.id),) if repeatable else (), future)
        if lane is not None:
            lane.wake()
        return future

    def accepted(self, event: StoredEvent, repeatable: bool = True) -> asyncio.Future[None]:
        """Take an event as `accept` does; what is returned can be awaited."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        lane = self._offer(event, (key_of(event.id),) if repeatable else (), future)
        if lane is not None and lane not in self._woken:
            # After all that the loop has to do now: more events may come of it, for one append.
            self._woken.add(lane)
            loop.call_soon(self._wake, lane)
        return future

    def accept_then(self, event: StoredEvent, told: Told) -> None:
        """Take an event whose id was made in this process and that nobody else knows.

        Args:
            event: to store.
            told: called once, from any thread and soon over: with None when the line is in the
                spool's file, else with why it is not.

        Raises:
            SpoolFullError, StoreError: see `accept`; then nothing is told.
        """
        self._offer(event, (), told)

    def states(self) -> list[LaneState]:
        """Return the destinations as they are now."""
        with self._lock:
            lanes = list(self._lanes.values())
        return [
            LaneState(lane.name, lane.works, *lane.waiting(), *lane.undelivered()) for lane in lanes
        ]

    def reconfigure(self, deployment: Deployment, place_of: PlaceOf) -> None:
        """Follow another deployment, or other places, from now on.

        Raises:
            SettingsError: a place cannot be used; everything stays as it is.
        """
        with self._lock:
            before = (self._deployment, self._place_of, self._source, self._ways)
            known = set(self._lanes)
            self._deployment, self._place_of = deployment, place_of
            self._source, self._ways = self._source_of(deployment), {}
            try:
                for collection in deployment.collections:
                    if collection.enabled:
                        self._way_of(collection.name)
            except BaseException:
                self._deployment, self._place_of, self._source, self._ways = before
                added = [self._lanes.pop(key) for key in set(self._lanes) - known]
                self._close_beside(added)
                raise
            used = {way.lane for way in self._ways.values()}
            unused = [key for key, lane in self._lanes.items() if lane not in used]
            self._close_beside([self._lanes.pop(key) for key in unused])

    def close(self, timeout: float) -> None:
        """Store what waits, deliver what can be delivered, and give up the spool.

        Args:
            timeout: seconds for it.
        """
        with self._lock:
            self._is_open = False
            lanes, self._lanes, self._ways = list(self._lanes.values()), {}, {}
        threads = self._close_beside(lanes, timeout)
        for thread in threads:
            thread.join(timeout + 1.0)
        self._ids.close()
        self._claim.give_up()

    def _wake(self, lane: Lane) -> None:
        self._woken.discard(lane)
        lane.wake()

    def _source_of(self, deployment: Deployment) -> bytes:
        workspace = self._settings.workspace
        return text_json(source_of(workspace, deployment.endpoint, deployment.name))

    def _offer(self, event: StoredEvent, keys: Sequence[bytes], waiter: Waiter) -> Lane | None:
        """Give an event to its lane, and return that; None where it is stored already."""
        size = _EVENT_BYTES + len(event.data) + len(event.raw or b"")
        with self._lock:
            if not self._is_open:
                raise StoreError("the agent ends")
            for key in keys:
                if key in self._ids:
                    self._counts.add_repeated(event.collection)
                    tell([waiter])
                    return None
                waiting = self._waiters.get(key)
                if waiting is not None:
                    self._counts.add_repeated(event.collection)
                    waiting.append(waiter)
                    return None
            way = self._ways.get(event.collection) or self._way_of(event.collection)
            rolled = rolled_folder(event.time_us, self._deployment.rolling_rate)
            item = Item(
                event,
                f"{way.place.folder}/{rolled}",
                f"{way.place.raw_folder}/{rolled}",
                self._source,
                keys,
                size,
                waiter,
            )
            way.lane.put(item)
            for key in keys:
                self._waiters[key] = []
        return way.lane

    def _way_of(self, collection: str) -> _Way:
        """Return how a collection's events go; the lane is made where there is none."""
        place = self._place_of(collection)
        lane = self._lanes.get(place.key)
        if lane is None:
            lane = self._lanes[place.key] = self._make_lane(place)
        way = self._ways[collection] = _Way(place, lane)
        return way

    def _make_lane(self, place: Place) -> Lane:
        settings = self._settings
        root = settings.spool / "to"
        destination = place.make(root, settings.spool_bytes, settings.delivery_interval)
        destination.report_to(self._counts)
        lane = Lane(
            place.key,
            place.files(root),
            destination,
            self._ids,
            settings.waiting_bytes,
            settings.sync_interval,
            self._done,
        )
        lane.start()
        return lane

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
            for item in items:
                self._counts.add_stored(item.event.collection)
        tell(waiters, error)

    def _close_beside(self, lanes: Sequence[Lane], timeout: float = 60.0) -> list[threading.Thread]:
        """Close lanes, each in a thread of its own: they wait for their destinations."""
        threads = [
            threading.Thread(target=lane.close, args=(timeout,), name="mdc-lane-end", daemon=True)
            for lane in lanes
        ]
        for thread in threads:
            thread.start()
        return threads
