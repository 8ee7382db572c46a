"""The pipeline of a process: queue, writer thread and destinations, with one lifecycle."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Optional

from ..data.events import Event
from ..data.uses import Uses
from ..destinations import Destination
from ..wakeup import Wakeup
from .counters import Counters, Counts
from .event_queue import EventQueue
from .writer import Writer

logger = logging.getLogger("mdc_core")

POLL_SECONDS = 0.05
_GRACE_SECONDS = 0.2


class Pipeline:
    """Accepts events and writes them in a thread of its own, in every process that uses it.

    The thread starts with the first event. A forked child starts over: a queue, an instance id
    and a thread of its own, and nothing of what waited in its parent.

    Args:
        lines: makes the destination of JSONL lines; None where there is none.
        rows: makes the destination of CSV rows; None where there is none, and the same object as
            `lines` where both share one.
        max_events, max_bytes: bounds of the queue.
        sync_interval: seconds between two flushes to the disk.
        enabled: False accepts events and never writes them.

    Attributes:
        uses: of the correlation ids, for what samples by them.
    """

    def __init__(
        self,
        lines: Optional[Callable[[], Destination]],
        rows: Optional[Callable[[], Destination]],
        max_events: int,
        max_bytes: int,
        sync_interval: float,
        enabled: bool = True,
    ) -> None:
        self._make_lines = lines
        self._make_rows = rows
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._sync_interval = sync_interval
        self._enabled = enabled
        self.uses = Uses()
        self._start_over()

    def _start_over(self) -> None:
        self._queue = EventQueue(self._max_events, self._max_bytes)
        self._counters = Counters()
        self._wakeup = Wakeup()
        # Protects `_thread` while it is started.
        # Reentrant, because a signal handler may flush while it interrupts `_start`.
        self._starting = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="mdc-writer", daemon=True)
        self._started = False
        # Set once, by `close`: when the writer thread has to end.
        self._deadline: Optional[float] = None
        # Set once, by the writer thread before its last look at the queue.
        self._ended = False
        lines = self._make_lines() if self._make_lines else None
        same = self._make_rows is self._make_lines
        rows = lines if same else (self._make_rows() if self._make_rows else None)
        self._destinations = [place for place in (lines, None if same else rows) if place]
        for destination in self._destinations:
            destination.report_to(self._counters)
        self._writer = Writer(self._queue, self._counters, lines, rows, self._sync_interval)

    def put(self, event: Event) -> None:
        """Accept an event; its memory is the pipeline's from now on.

        Raises:
            QueueFullError: at the bound; the caller counts the drop.
            QueueClosedError: after `close`; the caller counts the drop.
        """
        half_full = self._queue.put(event)
        if not self._started:
            self._start()
        elif half_full:
            self._wakeup.call()

    def flush(self, timeout: Optional[float] = None) -> bool:
        """Wait until everything accepted before this call is delivered.

        Args:
            timeout: seconds; None waits as long as it takes.

        Returns:
            False when that did not happen in time.
        """
        if not self._enabled:
            return len(self._queue) == 0
        if not self._started and len(self._queue) == 0:
            return True
        marker = self._queue.mark()
        self._start()
        self._wakeup.call()
        if not self._ended:
            marker.reached.wait(timeout)
        return marker.succeeded or (self._ended and not self._lost())

    def close(self, timeout: float = 5.0) -> bool:
        """Accept nothing more, write what waits, and release everything.

        Args:
            timeout: seconds; what is not written by then is dropped and counted.

        Returns:
            Whether nothing accepted was lost.
        """
        self._queue.close()
        self._deadline = time.monotonic() + timeout
        thread = self._thread
        if thread.is_alive():
            self._wakeup.call()
            thread.join(timeout + _GRACE_SECONDS)
        elif not self._enabled:
            self._writer.drop_rest("worker_disabled")
        elif len(self._queue):
            self._run()  # at an exit where no thread can be started any more
        lost = self._lost()
        if lost:
            logger.error("mdc-bridge: %d events were lost: %s", lost, self.counts())
        return not lost

    def counts(self) -> Counts:
        """Return the counters now."""
        undelivered = [place.undelivered() for place in self._destinations]
        return self._counters.read(
            self._queue.taken,
            self._queue.waiting,
            sum(size for size, _ in undelivered),
            max((age for _, age in undelivered), default=0.0),
        )

    def count_dropped(self, reason: str) -> None:
        """Count an event that was never accepted."""
        self._counters.add_dropped(reason)

    def start_over_in_child(self) -> None:
        """Forget, in a forked child, what belongs to the parent."""
        for destination in self._destinations:
            destination.abandon()
        self._start_over()

    def _start(self) -> None:
        if not self._enabled:
            return
        with self._starting:
            try:
                if self._thread.ident is None:
                    self._thread.start()
            except RuntimeError as error:
                if self._thread.ident is None:
                    # No thread to be had, now or at interpreter shutdown: `close` will write.
                    logger.warning("mdc-bridge: the writer thread cannot start: %s", error)
                    return
                # Else a signal handler that interrupted this has started it.
            self._started = True

    def _lost(self) -> int:
        counts = self.counts()
        return counts.accepted - counts.written

    def _run(self) -> None:
        while True:
            pause = self._step()
            if self._deadline is not None:
                left = self._deadline - time.monotonic()
                if pause is None or left <= 0:
                    self._ended = True
                    self._writer.drop_rest("not_written_at_exit")
                    self._writer.close(max(0.0, left))
                    return
                pause = min(pause, left)
            if pause != 0:
                self._wakeup.wait(POLL_SECONDS if pause is None else pause)

    def _step(self) -> Optional[float]:
        try:
            return self._writer.step()
        except Exception:
            # The writer must outlive any fault of its own: without it nothing is collected.
            logger.exception("mdc-bridge: unexpected error, a batch of events is lost")
            self._writer.drop_batch("internal_error")
            return POLL_SECONDS
