"""The writer: takes what waits, encodes it in groups, appends it to the destinations."""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Deque, List, Optional

from ..data.events import Event
from ..data.receipts import Receipts
from ..destinations import Destination
from ..interrupts import shown
from ..throttle import Throttle
from .batches import BatchEncoder, Portion, StoringError
from .counters import Counters
from .event_queue import EventQueue
from .flushing import Flushing
from .held import Bounds
from .markers import Markers
from .outlet_reports import UNWRITABLE
from .outlets import Outlet
from .trouble import earliest
from .unstored import Unstored

logger = logging.getLogger("mdc_core")

# With more at a time each of them costs more: they no longer fit the processor's cache.
BATCH_EVENTS = 128
BATCH_BYTES = 1024 * 1024


class Writer:
    """Moves events from the queue to the destinations; runs in one thread at a time.

    What one file or one destination cannot take waits for it alone. While no destination works,
    events wait in the queue, and beyond its bound they are refused and counted there.

    Args:
        queue: where events wait.
        counters: what happens to them is counted here.
        lines: destination of JSONL lines, None where there is none.
        rows: destination of CSV rows, None where there is none.
        sync_interval: seconds between two flushes to the disk.
        clock: monotonic seconds.
        is_late: whether the time that is left for writing is over.
        breathe: called often, see `Turns`.
    """

    def __init__(
        self,
        queue: EventQueue,
        counters: Counters,
        lines: Optional[Destination],
        rows: Optional[Destination],
        sync_interval: float,
        clock: Callable[[], float] = time.monotonic,
        is_late: Callable[[], bool] = lambda: False,
        breathe: Callable[[], None] = lambda: None,
    ) -> None:
        self._is_late = is_late
        self._breathe = breathe
        self._queue = queue
        self._counters = counters
        self._encoder = BatchEncoder(lines, rows, breathe)
        self._bounds = Bounds(max(1, queue.max_events // 4), max(1, queue.max_bytes // 4))
        self._outlets = {
            place: Outlet(place, counters, self._bounds, clock) for place in (lines, rows) if place
        }
        self._lines = self._outlets.get(lines) if lines else None
        self._rows = self._outlets.get(rows) if rows else None
        self._clock = clock
        self._receipts = Receipts(counters.add_delivered, counters.add_dropped, clock)
        self._throttle = Throttle(clock=clock)
        self._flushing = Flushing(
            self._outlets.values(), sync_interval, counters.mark_synced, clock
        )
        self._unstored = Unstored(self._bounds.bytes, clock)
        # What this thread works at: the number of events being encoded, then portions to append.
        self._encoding = 0
        self._portions: Deque[Portion] = deque()
        self._markers = Markers(self._outlets.keys())
        self._turn = 0

    def step(self) -> Optional[float]:
        """Do what is due.

        Returns:
            Seconds to wait before the next step: 0 when more is waiting, None when nothing is
            left to do.
        """
        for outlet in self._outlets.values():
            outlet.retry()
        self._store_if_due()
        if self._works():
            events, markers = self._queue.take(BATCH_EVENTS, min(BATCH_BYTES, self._bounds.bytes))
            self._turn += 1
            self._markers.add(self._turn, markers)
            if events:
                self._write(events, self._turn)
        self._account()
        if self._portions:
            return 0.0  # no time is left: not for a flush either
        self._release_markers(at_written=True)
        if self._flushing.flush_if_due(bool(self._markers)):
            self._release_markers()
        for outlet in self._outlets.values():
            self._breathe()
            outlet.tidy()
        self._breathe()
        return 0.0 if self._works() and len(self._queue) else self._pause()

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits until something is written."""
        return bool(self._markers)

    def due(self) -> Optional[float]:
        """Return the seconds until something is due though nothing waits; None when nothing is."""
        dues = [self._flushing.due(), *(each.tidies_in() for each in self._outlets)]
        return earliest([*dues, *(outlet.next_try() for outlet in self._outlets.values())])

    def drop_batch(self, reason: str) -> int:
        """Give up the events taken from the queue and not yet written; return their number."""
        before = self._counters.read().dropped.get(reason, 0)
        self._counters.add_dropped(reason, self._encoding + self._unstored.clear())
        for portion in self._portions:
            self._outlet_of(portion).lose(portion, reason)
        for outlet in self._outlets.values():
            outlet.drop(reason)
        self._encoding = 0
        self._portions.clear()
        self._account()
        return self._counters.read().dropped.get(reason, 0) - before

    def drop_rest(self, reason: str) -> None:
        """Give up everything that is not yet written, and release those who wait for it."""
        for outlet in self._outlets.values():
            if outlet.held() != (0, 0):
                outlet.retry(now=True)
        self.drop_batch(reason)
        events, markers = self._queue.take(sys.maxsize, sys.maxsize)
        self._account()
        self._counters.add_dropped(reason, len(events))
        self._markers.add(self._turn, markers)
        self._markers.give_up()

    def close(self, timeout: float) -> None:
        """Close the destinations.

        Args:
            timeout: seconds for what is on its way to them.
        """
        deadline = self._clock() + timeout
        synced = True
        for destination in self._outlets:
            try:
                destination.close(max(0.0, deadline - self._clock()))
            except OSError as error:
                synced = False
                logger.warning("mdc-bridge: a destination could not be closed: %s", error)
        if synced:
            self._counters.mark_synced()

    def _works(self) -> bool:
        """Return whether something can be appended somewhere, as far as is known."""
        outlets = self._outlets.values()
        return not outlets or any(not outlet.trouble for outlet in outlets)

    def _write(self, events: List[Event], turn: int) -> None:
        """Encode events, and offer what they become to the destinations; the list is emptied."""
        self._encoding = len(events)
        on_failed = partial(self._not_encoded, turn)
        portions, without = self._encoder.encode(events, on_failed).portions(self._receipts)
        self._counters.add_written(without)
        self._encoding = 0
        self._portions.extend(portions)
        # What waits for one destination must not fill the memory while the other works.
        bounded = len(self._outlets) > 1 and self._works()
        # Each may be a new file: many of them take longer than an end may be put off.
        while self._portions and not self._is_late():
            portion = self._portions[0]
            portion.turn = turn
            self._breathe()
            self._outlet_of(portion).offer(portion, bounded)
            self._portions.popleft()

    def _outlet_of(self, portion: Portion) -> Outlet:
        outlet = self._lines if portion.header is None else self._rows
        assert outlet is not None
        return outlet

    def _not_encoded(self, turn: int, event: Event, error: BaseException) -> None:
        """An event is not in its batch: it waits, or is lost."""
        self._encoding -= 1
        if not isinstance(error, StoringError):
            self._count_lost("not_encodable", "its data cannot be encoded", error)
            return
        assert self._lines is not None
        self._lines.store_failed(error.cause)
        if not self._unstored.keep(turn, event):
            self._count_lost(UNWRITABLE, "its data cannot be stored", error.cause)

    def _count_lost(self, reason: str, why: str, error: BaseException) -> None:
        self._counters.add_dropped(reason)
        suppressed = self._throttle.due(reason)
        if suppressed is not None:
            logger.warning(
                "mdc-bridge: an event was dropped because %s: "
                "%s (%d more since the last such message)",
                why,
                shown(error),
                suppressed,
            )

    def _store_if_due(self) -> None:
        while self._lines is not None and not self._lines.trouble:
            due = self._unstored.take_due()
            if due is None:
                return
            turn, event = due
            self._write([event], turn)

    def _account(self) -> None:
        """Let what waits here count against the bounds of the queue."""
        held = [outlet.held() for outlet in self._outlets.values()]
        self._queue.hold(
            sum(events for events, _ in held) + len(self._unstored),
            sum(size for _, size in held) + self._unstored.size,
        )

    def _release_markers(self, at_written: bool = False) -> None:
        """Release the markers whose events are written; see `Markers.release`."""
        if not self._markers or any(outlet.trouble for outlet in self._outlets.values()):
            return
        turns = [portion.turn for outlet in self._outlets.values() for portion in outlet.waiting()]
        if self._unstored.oldest_turn is not None:
            turns.append(self._unstored.oldest_turn)
        self._markers.release(turns, at_written)

    def _pause(self) -> Optional[float]:
        pauses = [outlet.pause() for outlet in self._outlets.values()]
        if self._lines is not None and not self._lines.trouble:
            pauses.append(self._unstored.trouble.pause())
        return earliest([self._flushing.trouble.pause(), *pauses])
