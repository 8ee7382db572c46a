"""What the writer's thread does from its start to its end: it writes, rests, and closes."""

from __future__ import annotations

import logging
import time
from typing import Optional

from .. import ids, native
from ..destinations import Destination
from ..turns import Turns
from .counters import Counters
from .event_queue import EventQueue
from .writer import Writer

logger = logging.getLogger("mdc_core")

# While events come: to be woken by each makes requests wait, and costs their thread 5 us. At 200
# events/s an event costs a quarter less than with half of it; twice as long would save a twentieth.
POLL_SECONDS = 0.1
# So many events wait before a caller gives way to the writer; fewer are written in passing.
PRESSING_EVENTS = 256
AT_EXIT = "not_written_at_exit"


class WriterLoop:
    """Steps of a writer, and the pauses between them.

    Args:
        queue: of the accepted events.
        counters: what happens to them is counted here.
        lines, rows: see `Writer`.
        sync_interval: seconds between two flushes to the disk.
        wakeup: ends a pause.

    Attributes:
        turns: how callers let the writer have the interpreter.
        emptied: after `end_at`, nothing waits in memory any more.
        closed: everything is released.
    """

    def __init__(
        self,
        queue: EventQueue,
        counters: Counters,
        lines: Optional[Destination],
        rows: Optional[Destination],
        sync_interval: float,
        wakeup: native.Wakeup,
    ) -> None:
        self._queue = queue
        self._wakeup = wakeup
        self.turns = Turns(self._is_hurried, lambda: queue.accepted)
        self._writer = Writer(
            queue,
            counters,
            lines,
            rows,
            sync_interval,
            is_late=self._is_late,
            breathe=self.turns.breathe,
        )
        # How many events were taken when the writer last rested.
        self._seen = 0
        # Set once, by `end_at`.
        self._deadline: Optional[float] = None
        # Taken by the one thread that does it.
        self._to_run = [self._write_to_the_end]
        self.emptied = native.Latch()
        self.closed = native.Latch()

    def end_at(self, deadline: float) -> None:
        """Write what waits, and close; a second call changes nothing.

        Args:
            deadline: monotonic seconds; what is not written by then is dropped and counted.
        """
        if self._deadline is None:
            self._deadline = deadline

    def end_unwritten(self) -> None:
        """End without a thread, and drop what waits."""
        self._writer.drop_rest("worker_disabled")
        self.emptied.set()
        self.closed.set()

    def run(self) -> None:
        """Write until the end; only the first thread that calls this does."""
        try:
            run = self._to_run.pop()
        except IndexError:
            return
        run()

    def _write_to_the_end(self) -> None:
        self._queue.call_at(PRESSING_EVENTS)
        while True:
            # Read before the step, which does not see events that are accepted meanwhile.
            deadline = self._deadline
            pause = self._step()
            if deadline is not None:
                left = deadline - time.monotonic()
                if pause is None or left <= 0:
                    self._writer.drop_rest(AT_EXIT)
                    self.emptied.set()
                    self._writer.close(max(0.0, left))
                    self.closed.set()
                    return
                pause = min(pause, left)
            if pause != 0:
                self._rest(pause)

    def _step(self) -> Optional[float]:
        try:
            return self._writer.step()
        except Exception:
            # The writer must outlive any fault of its own: without it nothing is collected.
            lost = self._writer.drop_batch("internal_error")
            logger.exception("mdc-bridge: unexpected error, %d events are lost", lost)
            return POLL_SECONDS

    def _rest(self, pause: Optional[float]) -> None:
        """Wait until something is due; while events come they are not waited for.

        Args:
            pause: seconds until something that failed is tried again; None when nothing is.
        """
        # Here, not in a request: one paced call in 100 took 80 us more, which was its p99.
        ids.replenish()
        self.turns.end()
        before, self._seen = self._seen, self._queue.taken
        self._queue.call_at(PRESSING_EVENTS)
        if pause is not None:
            self._wakeup.wait(pause)
        elif self._seen != before:
            self._wakeup.wait(POLL_SECONDS)
        else:
            self._idle()
        self.turns.begin()

    def _idle(self) -> None:
        """Wait for the next event, then for its pair; wake up earlier only for what is due."""
        self._queue.call_at(1)
        if not len(self._queue):
            self._wakeup.wait(self._writer.due())
        self._queue.call_at(PRESSING_EVENTS)
        if len(self._queue) and not self._is_hurried():
            self._wakeup.wait(POLL_SECONDS)

    def _is_hurried(self) -> bool:
        """Return whether somebody waits for the writer, or it falls behind."""
        return (
            self._deadline is not None
            or self._queue.is_marked
            or self._writer.is_waited_for
            or self._queue.is_filling
        )

    def _is_late(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline
