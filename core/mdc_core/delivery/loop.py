"""The delivery thread: takes what the outbox holds to the destination, through outages."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Optional

from .. import native
from ..spool.outbox import Outbox
from .reports import Reports
from .rounds import Rounds, unexpected
from .uploader import Uploader

LONGEST_WAIT = 3600.0
# Pause after a fault of our own.
FAULT_PAUSE = 1.0
# Between two rounds while somebody waits for the last.
DRAIN_PAUSE = 0.05


class DeliveryLoop:
    """Runs an uploader over an outbox until it is stopped.

    Args:
        uploader: for the destination.
        outbox: what to deliver.
        on_retry: called for every failed try.
        interval: seconds between two rounds, so that a round delivers much at once.
        refresh: called before a round, to find more work.
        name: of the destination, for the log.
        clock: monotonic seconds.

    Attributes:
        step: does one round, see `Rounds`.
    """

    def __init__(
        self,
        uploader: Uploader,
        outbox: Outbox,
        on_retry: Callable[[], None],
        interval: float,
        refresh: Callable[[], None],
        name: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._uploader = uploader
        self._outbox = outbox
        self._refresh = refresh
        self._clock = clock
        self._reports = Reports(name, clock)
        self._rounds = Rounds(
            uploader, outbox, on_retry, interval, self._reports, clock, self._is_over
        )
        self.step = self._rounds.step
        self._wakeup = native.Wakeup()
        self._started = False
        # Taken by the one thread that does it.
        self._to_run = [self._run]
        self._begun = native.Latch()
        self._ended = native.Latch()
        self._stopping = False
        # Set where `drain` delivers: when it begins nothing more.
        self._until: Optional[float] = None
        # Set by `drain`, to be told when there is nothing more to do now.
        self._drained: Optional[native.Latch] = None

    def start(self) -> None:
        """Start the thread, once; it waits for `begin`.

        Raises:
            RuntimeError: none can be had.
        """
        if not self._started:
            native.start_thread(self._run_once, "mdc-delivery")
            self._started = True

    def begin(self) -> None:
        """Let the thread deliver; where none can be had, `drain` delivers."""
        self._begun.set()
        with contextlib.suppress(RuntimeError):
            self.start()

    def wake(self) -> None:
        """Begin the next round at once; what has a pause is not tried before its end."""
        self._wakeup.call()

    def drain(self, timeout: float) -> None:
        """Wait until nothing is left to deliver that the destination takes.

        Args:
            timeout: seconds.
        """
        if self._reports.is_outage or not self._begun.is_set():
            return
        if not self._started:
            self._deliver_here(timeout)
            return
        drained = self._drained = native.Latch()
        self._wakeup.call()
        drained.wait_natively(timeout)

    def stop(self, timeout: float) -> None:
        """End after the upload that is under way.

        Args:
            timeout: seconds to wait for it.
        """
        self._stopping = True
        self._begun.set()
        self._wakeup.call()
        if self._started and self._ended.wait_natively(timeout):
            for file in self._outbox.unfinished():
                self._rounds.finish(file)

    def _deliver_here(self, timeout: float) -> None:
        """Deliver in this thread, at an exit before which no thread was started."""
        # What begins in the first half waits for the other one: to connect, and for an answer.
        self._until = self._clock() + timeout / 2
        self._uploader.limit(timeout / 2)
        while not self._is_over() and not self._rounds.is_drained():
            self._surely(self._rounds.step)
            self._wakeup.wait(DRAIN_PAUSE)
        self._uploader.close()

    def _run_once(self) -> None:
        try:
            run = self._to_run.pop()
        except IndexError:
            return
        self._begun.wait_natively()
        run()

    def _run(self) -> None:
        while not self._stopping:
            self._surely(self._refresh)
            self._wait(self._surely(self._rounds.step))
        self._uploader.close()
        self._ended.set()

    def _surely(self, do: Callable[[], Optional[float]]) -> float:
        """Do what must outlive any fault of its own: without it nothing is delivered."""
        try:
            return do() or 0.0
        except Exception as error:  # noqa: BLE001
            self._reports.fault(unexpected(error))
            return FAULT_PAUSE

    def _is_over(self) -> bool:
        return self._stopping or (self._until is not None and self._clock() >= self._until)

    def _wait(self, seconds: float) -> None:
        drained = self._drained
        if drained is not None:
            if self._rounds.is_drained():
                drained.set()
            else:
                seconds = min(seconds, DRAIN_PAUSE)
        self._wakeup.wait(min(seconds, LONGEST_WAIT))
