"""The writer: takes what waits, encodes it in groups, appends it to the destinations."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Optional

from ..data.events import Event
from ..data.receipts import Receipts
from ..destinations import Destination
from ..throttle import Throttle
from .batches import Batch, BatchEncoder
from .counters import Counters
from .event_queue import EventQueue, Marker

logger = logging.getLogger("mdc_core")

BATCH_EVENTS = 4096
BATCH_BYTES = 16 * 1024 * 1024
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0


class Writer:
    """Moves events from the queue to the destinations; runs in one thread at a time.

    When a destination fails, the batch is kept and offered again; meanwhile events wait in the
    queue, and beyond its bound they are refused and counted there.

    Args:
        queue: where events wait.
        counters: what happens to them is counted here.
        lines: destination of JSONL lines, None where there is none.
        rows: destination of CSV rows, None where there is none.
        sync_interval: seconds between two flushes to the disk.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        queue: EventQueue,
        counters: Counters,
        lines: Optional[Destination],
        rows: Optional[Destination],
        sync_interval: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._counters = counters
        self._lines = lines
        self._rows = rows
        self._encoder = BatchEncoder(lines, rows)
        self._destinations = list(dict.fromkeys(filter(None, (lines, rows))))
        self._sync_interval = sync_interval
        self._clock = clock
        self._receipts = Receipts(counters.add_delivered, counters.add_dropped, clock)
        self._throttle = Throttle(clock=clock)
        self._recovered = False
        self._failing = False
        self._unsynced_since: Optional[float] = None
        self._events: list[Event] = []
        self._markers: list[Marker] = []
        self._batch: Optional[Batch] = None
        self._pause = FIRST_PAUSE

    def step(self) -> Optional[float]:
        """Do what is due.

        Returns:
            Seconds to wait before the next step: 0 when more is waiting, None when all is done.
        """
        try:
            self._write_batch()
            self._sync_if_due()
        except OSError as error:
            return self._failed(error)
        self._recover_from_failure()
        return 0.0 if len(self._queue) else None

    def drop_batch(self, reason: str) -> None:
        """Give up the events taken from the queue and not yet written."""
        counted = self._batch.withdraw() if self._batch is not None else 0
        if len(self._events) > counted:
            self._counters.add_dropped(reason, len(self._events) - counted)
        self._events, self._batch = [], None

    def drop_rest(self, reason: str) -> None:
        """Give up everything that is not yet written, and release those who wait for it."""
        self.drop_batch(reason)
        events, markers = self._queue.take(sys.maxsize, sys.maxsize)
        if events:
            self._counters.add_dropped(reason, len(events))
        for marker in self._markers + markers:
            marker.reached.set()
        self._markers = []

    def close(self, timeout: float) -> None:
        """Close the destinations.

        Args:
            timeout: seconds for what is on its way to them.
        """
        deadline = self._clock() + timeout
        synced = True
        for destination in self._destinations:
            try:
                destination.close(max(0.0, deadline - self._clock()))
            except OSError as error:
                synced = False
                logger.warning("mdc-bridge: a destination could not be closed: %s", error)
        if synced:
            self._counters.mark_synced()

    def _write_batch(self) -> None:
        if not self._recovered:
            for destination in self._destinations:
                self._counters.add_repaired(destination.recover())
            self._recovered = True
        if not self._events:
            self._events, markers = self._queue.take(BATCH_EVENTS, BATCH_BYTES)
            self._markers += markers
            # Only before anything of it is appended: a batch is dropped whole or not at all.
            if self._events and any(place.is_full() for place in self._destinations):
                self._spool_is_full()
        if self._events:
            if self._batch is None:
                self._batch = self._encoder.encode(self._events, self._refused)
                self._batch.enter(self._receipts)
            self._append(self._batch)
            self._written(self._batch)
            self._events, self._batch = [], None
            if self._unsynced_since is None:
                self._unsynced_since = self._clock()

    def _sync_if_due(self) -> None:
        since = self._unsynced_since
        due = since is not None and self._clock() - since >= self._sync_interval
        if since is not None and (due or self._markers):
            for destination in self._destinations:
                destination.sync()
            self._counters.mark_synced()
            self._unsynced_since = None
        for marker in self._markers:
            self._when_delivered(marker.reach)
            for destination in self._destinations:
                destination.hurry()
        self._markers = []
        for destination in self._destinations:
            destination.tidy()

    def _when_delivered(self, callback: Callable[[], None]) -> None:
        """Call `callback` when all destinations hold what was appended to them so far."""
        if not self._destinations:
            callback()
            return
        waiting_for = _Countdown(len(self._destinations), callback)
        for destination in self._destinations:
            destination.checkpoint(waiting_for.step)

    def _refused(self, event: Event, error: Exception) -> None:
        # It leaves the batch, so that a retry does not count it again.
        self._events = [kept for kept in self._events if kept is not event]
        self._counters.add_dropped("not_encodable")
        held = self._throttle.due("not_encodable")
        if held is not None:
            logger.warning(
                "mdc-bridge: an event was dropped because its data cannot be encoded: "
                "%r (%d more since the last such message)",
                error,
                held,
            )

    def _append(self, batch: Batch) -> None:
        """Append file by file; what is appended leaves the batch, so a retry does not repeat it."""
        while batch.lines and self._lines is not None:
            folder = next(iter(batch.lines))
            lines = b"".join(batch.lines[folder])
            self._lines.append_lines(folder, lines)
            self._lines.follow(folder, batch.shares.get(folder, ()))
            self._counters.add_bytes(len(lines))
            del batch.lines[folder]
        while batch.pieces and self._rows is not None:
            path = next(iter(batch.pieces))
            rows = b"".join(piece.rows for piece in batch.pieces[path])
            torn = self._rows.append_rows(path, batch.header(path), rows)
            self._rows.follow(path, batch.shares.get(path, ()))
            self._counters.add_repaired(torn)
            self._counters.add_bytes(len(rows))
            del batch.pieces[path]

    def _written(self, batch: Batch) -> None:
        if batch.has_raw:
            for share in batch.all_shares:
                share.receipt.expect()
                self._when_delivered(share.receipt.settle)
        self._counters.add_written(batch.release())

    def _spool_is_full(self) -> None:
        held = self._throttle.due("spool_full")
        if held is not None:
            logger.error(
                "mdc-bridge: the spool is full (MDC_SPOOL_BYTES), new events are dropped "
                "and counted until the destination has taken some of it"
            )
        self.drop_batch("spool_full")

    def _failed(self, error: OSError) -> float:
        if not self._failing:
            self._failing = True
            logger.error(
                "mdc-bridge: writing fails, events wait in memory: %s. "
                "Check that the folder (MDC_STORAGE, AML_MODEL_DC_STORAGE) can be made, is "
                "writable and has room.",
                error,
            )
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        return pause

    def _recover_from_failure(self) -> None:
        if self._failing:
            self._failing = False
            self._pause = FIRST_PAUSE
            logger.warning("mdc-bridge: writing works again")


class _Countdown:
    """Calls back at the last of a number of steps, which may come from several threads."""

    def __init__(self, steps: int, callback: Callable[[], None]) -> None:
        self._left = list(range(steps - 1))
        self._callback = callback

    def step(self) -> None:
        try:
            self._left.pop()
        except IndexError:
            self._callback()
