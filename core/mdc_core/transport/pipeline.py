"""The pipeline of a process: queue, writer thread and destinations, with one lifecycle."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Optional

from .. import event_loops, forks, native
from ..data.events import Event
from ..data.uses import Uses
from ..destinations import Destination
from ..throttle import Throttle
from .counters import Counters, Counts, Refusals
from .event_queue import EventQueue
from .markers import Marker
from .writer_loop import AT_EXIT, PRESSING_EVENTS, WriterLoop

logger = logging.getLogger("mdc_core")

# What the thread may take beyond the time that it is given.
GRACE_SECONDS = 0.2
# A caller waits no longer for its event to be written, where it has to wait.
_WRITE_SECONDS = 1.0


class Pipeline:
    """Accepts events and writes them in a thread of its own, in every process that uses it.

    The thread starts with the first event, or at once where dead processes left something. A
    forked child starts over: a queue, an instance id and a thread of its own, and nothing of what
    waited in its parent.

    Args:
        lines: makes the destination of JSONL lines; None where there is none.
        rows: makes the destination of CSV rows; None where there is none, and the same object as
            `lines` where both share one.
        max_events, max_bytes: bounds of the queue.
        sync_interval: seconds between two flushes to the disk.
        enabled: False accepts events and never writes them.
        is_safe: whether the process can end only after `close`. As long as it is not, `put`
            returns when the event is written, except in an event loop, which never waits.

    Attributes:
        uses: of the correlation ids, for what samples by them.
        emptied: after `begin_to_close`, nothing waits in memory any more.
        closed: everything is released.
    """

    def __init__(
        self,
        lines: Optional[Callable[[], Destination]],
        rows: Optional[Callable[[], Destination]],
        max_events: int,
        max_bytes: int,
        sync_interval: float,
        enabled: bool = True,
        is_safe: Callable[[], bool] = lambda: True,
    ) -> None:
        self._make_lines = lines
        self._make_rows = rows
        self._bounds = max_events, max_bytes
        self._sync_interval = sync_interval
        self._enabled = enabled
        self._is_safe = is_safe
        self.uses = Uses()
        self._start_over()

    def _start_over(self) -> None:
        self._queue = EventQueue(*self._bounds)
        self._counters = Counters()
        self._refusals = Refusals()
        self._wakeup = native.Wakeup()
        # Protects the start of the thread; reentrant for signal handlers that flush.
        self._starting = native.RLock()
        self._started = False
        self._throttle = Throttle()
        # The thread is started, and the process can end only after `close`.
        self._settled = False
        # What a caller last waited for in vain: until it is written, no other one waits.
        self._late: Optional[Marker] = None
        lines = self._make_lines() if self._make_lines else None
        same = self._make_rows is self._make_lines
        rows = lines if same else (self._make_rows() if self._make_rows else None)
        self._destinations = list(dict.fromkeys(filter(None, (lines, rows))))
        for destination in self._destinations:
            destination.report_to(self._counters)
        self._loop = WriterLoop(
            self._queue, self._counters, lines, rows, self._sync_interval, self._wakeup
        )
        self._turns = self._loop.turns
        self.emptied = self._loop.emptied
        self.closed = self._loop.closed

    def put(self, event: Event) -> None:
        """Accept an event; its memory is the pipeline's from now on.

        Raises:
            QueueFullError: at the bound; the caller counts the drop.
            QueueClosedError: after `close`; the caller counts the drop.
        """
        if not self._settled:
            forks.notice()
            is_called = self._queue.put(event)
            self._settle()
        else:
            is_called = self._queue.put(event)
        if is_called:
            self._wakeup.call()
            if self._queue.waiting >= PRESSING_EVENTS:
                self._turns.give()

    def start_if_left_behind(self) -> None:
        """Start the writer now, not with the first event, where dead processes left something."""
        with contextlib.suppress(OSError):  # found again, and said, with the first event
            if any(place.has_left_behind() for place in self._destinations):
                self._start()

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
        if not self.emptied.is_set():
            marker.reached.wait(timeout)
        return marker.succeeded or (self.emptied.is_set() and not self._lost())

    def hold(self, timeout: float) -> Callable[[], None]:
        """Write what waits, and accept nothing more until the call of what is returned."""
        self._queue.close()
        # Also what the writer has taken, and has in its hands.
        if self._enabled and self.counts().waiting:
            self._write(timeout)
        return self._queue.reopen

    def close(self, timeout: float = 5.0) -> bool:
        """Accept nothing more, write what waits, and release everything.

        Args:
            timeout: seconds; what is not written by then is dropped and counted.

        Returns:
            Whether nothing accepted was lost.
        """
        self.begin_to_close(timeout)
        self.closed.wait(timeout + GRACE_SECONDS)
        return not self.report_lost()

    def begin_to_close(self, timeout: float) -> None:
        """Let the writer thread do what `close` says; a second call changes nothing."""
        self._queue.close(for_good=True)
        self._loop.end_at(time.monotonic() + timeout)
        if self._started:
            self._wakeup.call()
        elif len(self._queue) and self._enabled:
            self._loop.run()  # at an exit where no thread can be started any more
        else:
            self._loop.end_unwritten()

    def report_lost(self) -> int:
        """Return the number of accepted events that are not written, and log it."""
        lost = self._lost()
        if lost:
            logger.error("mdc-bridge: %d events were lost: %s", lost, self.counts())
        return lost

    def counts_if_ended(self) -> Counts:
        """Return the counters as they are if the process ends now, before more is written."""
        counts = self.counts()
        return counts.with_dropped({AT_EXIT: counts.waiting})

    def counts(self) -> Counts:
        """Return the counters now."""
        undelivered = [place.undelivered() for place in self._destinations]
        counts = self._counters.read(
            self._queue.taken,
            self._queue.waiting,
            self._queue.held,
            sum(size for size, _ in undelivered),
            max((age for _, age in undelivered), default=0.0),
        )
        return self._refusals.added_to(counts)

    def count_dropped(self, reason: str) -> None:
        """Count an event that was never accepted."""
        self._refusals.add(reason)

    def start_over_in_child(self) -> None:
        """Forget, in a forked child, what belongs to the parent."""
        for destination in self._destinations:
            destination.abandon()
        self._start_over()
        self.start_if_left_behind()

    def _settle(self) -> None:
        """See to it that what was accepted is written, however the process ends."""
        started = self._start()
        if self._is_safe():
            self._settled = started
        elif (
            started
            and self._enabled
            and (self._late is None or self._late.reached.is_set())
            and not event_loops.would_be_blocked()
        ):
            self._late = self._write(_WRITE_SECONDS)

    def _start(self) -> bool:
        if self._started or not self._enabled:
            return True
        with self._starting:
            try:
                if not self._started:
                    # First, and here: once the interpreter exits, the writer can start no thread.
                    for destination in self._destinations:
                        destination.start()
                    native.start_thread(self._loop.run, "mdc-writer")
                self._started = True
            except RuntimeError as error:
                # No thread to be had, now or at interpreter shutdown: `close` will write.
                if self._throttle.due("") is not None:
                    logger.warning(
                        "mdc-bridge: no thread can be started, events wait in memory until one "
                        "can, or until the process ends: %s",
                        error,
                    )
        return self._started

    def _write(self, timeout: float) -> Marker:
        marker = self._queue.mark(at_written=True)
        self._wakeup.call()
        marker.reached.wait(timeout)
        return marker

    def _lost(self) -> int:
        counts = self.counts()
        return counts.accepted - counts.written
