"""A lane: the one thread that appends to one destination, what waits in one write for each file."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from mdc_core.errors import SpoolFullError, StoreError

from ..metrics import AgentCounts
from .appender import Appender
from .ids import BATCH_EVENTS, IdMemory
from .item import Done, Item
from .settings import LinePlace, StoreSettings

logger = logging.getLogger("mdc_agent")

BATCH_BYTES = 8 * 1024 * 1024
# Between two looks at what is due, also while much comes in: a look costs as much as some events.
TICK_SECONDS = 0.1


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


class Lane:
    """Appends to one destination.

    Args:
        place: of the destination, which is used by this lane's thread alone.
        settings: of the store.
        ids: journal of what is appended.
        counts: of what the destination meets.
        on_done: called from the lane's thread with items that are stored, or with why they are not.
    """

    def __init__(
        self,
        place: LinePlace,
        settings: StoreSettings,
        ids: IdMemory,
        counts: AgentCounts,
        on_done: Done,
    ) -> None:
        root = settings.spool / "to"
        destination = place.make(root, settings.spool_bytes, settings.delivery_interval)
        destination.report_to(counts)
        self._name = place.key
        self._appender = Appender(
            place.key, place.files(root), destination, ids, settings.sync_interval, self._finish
        )
        self._max_waiting = settings.waiting_bytes
        self._on_done = on_done
        self._items: deque[Item] = deque()
        # Wakes the thread: True to look for items, False to end.
        self._tokens: queue.SimpleQueue[bool] = queue.SimpleQueue()
        # Protects the two counts of what waits.
        self._lock = threading.Lock()
        self._waiting_bytes = 0
        self._waiting_events = 0
        self._thread = threading.Thread(target=self._run, name="mdc-lane", daemon=True)

    def start(self) -> None:
        """Take over what dead processes left, and start the thread.

        Raises:
            SpoolFolderError: its spool is not this user's alone.
        """
        self._appender.recover()
        self._thread.start()

    def put(self, item: Item) -> None:
        """Take an event; it is stored within `TICK_SECONDS`, or when somebody calls `wake`.

        Raises:
            SpoolFullError: there is no room for it.
            StoreError: the destination fails at the moment.
        """
        self.check()
        with self._lock:
            beyond = self._waiting_bytes + item.size > self._max_waiting
            if beyond and self._waiting_events:
                raise SpoolFullError(
                    f"data waiting for {self._name} leaves no room for more events"
                )
            self._waiting_bytes += item.size
            self._waiting_events += 1
            is_much = self._waiting_bytes > BATCH_BYTES
        self._items.append(item)
        if is_much:
            self.wake()

    def check(self) -> None:
        """Look whether an event is likely to be taken.

        Raises:
            SpoolFullError, StoreError: see `put`.
        """
        trouble = self._appender.trouble
        if trouble is not None and not trouble.is_due():
            raise StoreError(f"{self._name} cannot be written at present")
        if self._appender.is_full:
            raise SpoolFullError(f"data waiting for {self._name} leaves no room for more events")

    def wake(self) -> None:
        """Let the thread take what waits now, not at its next tick."""
        self._tokens.put(True)

    def state(self) -> LaneState:
        """Return the destination as it is now."""
        return LaneState(
            self._name,
            self._works,
            self._waiting_events,
            self._waiting_bytes,
            *self._appender.undelivered,
        )

    @property
    def is_pressed(self) -> bool:
        """Whether what waits in memory fills half of its room."""
        return 2 * self._waiting_bytes > self._max_waiting

    @property
    def _works(self) -> bool:
        return self._appender.trouble is None and not self._appender.is_full

    def close(self, timeout: float) -> None:
        """Store what waits, deliver what can be delivered, and end.

        Args:
            timeout: seconds for it.
        """
        deadline = time.monotonic() + timeout
        self._tokens.put(False)
        self._thread.join(timeout)
        if self._thread.is_alive():
            logger.warning("mdc-agent: %s does not stop; its disk hangs", self._name)
            return
        self._appender.close(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        is_open = True
        due = 0.0
        while is_open:
            items, is_open = self._take()
            # A fault of our own with one batch must not end the lane: its senders try again.
            try:
                if items:
                    self._appender.store(items)
                if not items or time.monotonic() >= due or not is_open or not self._works:
                    self._appender.tend(is_last=not is_open)
                    due = time.monotonic() + TICK_SECONDS
            except Exception as error:
                logger.exception("mdc-agent: unexpected error in the lane of %s", self._name)
                self._finish(items, StoreError(f"unexpected {type(error).__name__}"))

    def _take(self) -> tuple[list[Item], bool]:
        """Return what waits, up to a bound, and whether the lane goes on."""
        items: list[Item] = []
        size = 0
        is_open = True
        try:
            is_open = self._tokens.get(timeout=TICK_SECONDS)
            while is_open:
                is_open = self._tokens.get_nowait()
        except queue.Empty:
            pass  # that is all that were put
        waiting = self._items
        while waiting and len(items) < BATCH_EVENTS and size < BATCH_BYTES:
            item = waiting.popleft()
            items.append(item)
            size += item.size
        if waiting:
            # At once: with the next turn, and the end behind it.
            self._tokens.put(is_open)
            is_open = True
        return items, is_open

    def _finish(self, items: Sequence[Item], error: StoreError | None) -> None:
        finished = [item for item in items if not item.is_finished]
        for item in finished:
            item.is_finished = True
        with self._lock:
            self._waiting_events -= len(finished)
            self._waiting_bytes -= sum(item.size for item in finished)
        self._on_done(finished, error)
