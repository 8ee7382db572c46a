"""The delivery thread: takes what the outbox holds to the destination, through outages."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Dict, Optional, Set

from .. import native
from ..redaction import redact
from ..spool.files import REMOVED, RemovedError
from ..spool.outbox import Outbox
from ..spool.spool_file import SpoolFile
from .errors import BusyError, DeliveryError, RefusedError
from .pacing import WITNESSES, Holdup, Pacing
from .reports import Reports
from .uploader import Uploader

LONGEST_WAIT = 3600.0
# Seconds of one round for files that have failed before, and of a pause behind a fault of our own.
SUSPECTS_SECONDS = 1.0
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
        self._on_retry = on_retry
        self._interval = interval
        self._refresh = refresh
        self._clock = clock
        self._pacing = Pacing(clock)
        self._reports = Reports(name, clock)
        self._wakeup = native.Wakeup()
        self._started = False
        # Taken by the one thread that does it.
        self._to_run = [self._run]
        self._begun = native.Latch()
        self._ended = native.Latch()
        self._stopping = False
        # Set where `drain` delivers: when it begins nothing more.
        self._until: Optional[float] = None
        # Files of which the destination took something in this round.
        self._worked: Set[str] = set()
        # Files that failed in this round, with no fault of the destination's.
        self._held_up: Dict[str, Holdup] = {}
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
                self._finish(file)

    def step(self) -> float:
        """Do one round over all files.

        Returns:
            Seconds to wait before the next.
        """
        files = {file.path: file for file in self._outbox.unfinished()}
        self._pacing.keep(files.keys())
        self._worked.clear()
        self._held_up.clear()
        failing: Dict[str, DeliveryError] = {}
        suspects_until: Optional[float] = None
        for path in self._pacing.due(files.keys()):
            began = self._clock()
            if path in self._pacing.holdups:
                suspects_until = suspects_until or began + SUSPECTS_SECONDS
                if began > suspects_until:
                    break
            error = self._try(files[path])
            if self._is_over():
                break
            if error is None:
                continue
            if self._pacing.is_own(path, error, self._others_work(path)):
                self._hold_up(path, error, self._clock() - began)
            else:
                failing[path] = error
                if len(failing) >= WITNESSES or error.retry_after is not None:
                    break
        self._blame(failing)
        for path, holdup in self._held_up.items():
            if holdup.is_certain(self._clock()):
                holdups = self._pacing.holdups
                self._reports.held_up(path, holdup, holdups, self._others_work(path))
        self._outbox.hold_up(self._pacing.certain())
        return self._pacing.pause(self._interval)

    def _try(self, file: SpoolFile) -> Optional[DeliveryError]:
        try:
            self._deliver(file)
        except RemovedError as error:
            self._uploader.forget(file)
            lost = self._outbox.lose(file, REMOVED)
            if lost:
                self._reports.lost(lost, error)
        except DeliveryError as error:
            if not isinstance(error, BusyError):
                self._on_retry()
            return error
        except Exception as error:  # noqa: BLE001
            # A fault of our own with one file must not end the delivery of the others.
            self._on_retry()
            return RefusedError(_unexpected(error))
        return None

    def _deliver(self, file: SpoolFile) -> None:
        # What is appended meanwhile is left to the next round: it delivers more at once, and
        # a file that grows steadily does not keep the others waiting.
        end = file.size
        noted = self._uploader.noted(file)
        if noted > file.delivered:
            self._outbox.acknowledged(file, noted)
        while file.delivered < end and not self._is_over():
            delivered = self._uploader.upload(file)
            self._worked.add(file.path)
            self._reports.works()
            self._pacing.answers(file.path)
            if delivered > file.delivered:
                holdup = self._pacing.goes_on(file.path)
                if holdup is not None:
                    self._reports.goes_on(file.path, holdup)
            self._outbox.acknowledged(file, delivered)
        if not self._is_over():
            self._finish(file)

    def _others_work(self, path: str) -> bool:
        return bool(self._worked - {path})

    def _hold_up(self, path: str, error: DeliveryError, took: float = 0.0) -> None:
        self._held_up[path] = self._pacing.hold_up(path, error, took)

    def _blame(self, failing: Dict[str, DeliveryError]) -> None:
        """Pause files that failed, or the destination when no other file was delivered."""
        for path, error in failing.items():
            if error.retry_after is None and self._others_work(path):
                self._hold_up(path, error)
            else:
                self._pacing.suspend(path, error)
                self._reports.outage(error)

    def _finish(self, file: SpoolFile) -> None:
        if file.sealed and not file.waiting:
            self._uploader.finish(file)
            self._outbox.forget(file)

    def _deliver_here(self, timeout: float) -> None:
        """Deliver in this thread, at an exit before which no thread was started."""
        # What begins in the first half waits for the other one: to connect, and for an answer.
        self._until = self._clock() + timeout / 2
        self._uploader.limit(timeout / 2)
        while not self._is_over() and not self._is_drained():
            self._surely(self.step)
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
            self._wait(self._surely(self.step))
        self._uploader.close()
        self._ended.set()

    def _surely(self, do: Callable[[], Optional[float]]) -> float:
        """Do what must outlive any fault of its own: without it nothing is delivered."""
        try:
            return do() or 0.0
        except Exception as error:  # noqa: BLE001
            self._reports.fault(_unexpected(error))
            return FAULT_PAUSE

    def _is_over(self) -> bool:
        return self._stopping or (self._until is not None and self._clock() >= self._until)

    def _is_drained(self) -> bool:
        """Return whether nothing waits that is likely to be taken soon."""
        if self._pacing.is_paused:
            return True
        now = self._clock()
        return all(
            self._pacing.is_hopeless(file.path, now)
            for file in self._outbox.unfinished()
            if file.waiting
        )

    def _wait(self, seconds: float) -> None:
        drained = self._drained
        if drained is not None:
            if self._is_drained():
                drained.set()
            else:
                seconds = min(seconds, DRAIN_PAUSE)
        self._wakeup.wait(min(seconds, LONGEST_WAIT))


def _unexpected(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {redact(str(error))}"
