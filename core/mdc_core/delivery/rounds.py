"""Rounds of the delivery: each takes what waits in the files of an outbox to the destination."""

from __future__ import annotations

from collections.abc import Callable
from typing import Dict, Optional, Set

from ..redaction import redact
from ..spool.files import REMOVED, RemovedError
from ..spool.outbox import Outbox
from ..spool.spool_file import SpoolFile
from .errors import BusyError, DeliveryError, RefusedError
from .pacing import WITNESSES, Holdup, Pacing
from .reports import Reports
from .uploader import Uploader

# Seconds of one round for files that have failed before.
SUSPECTS_SECONDS = 1.0


class Rounds:
    """Delivers at the pace of each file; used by one thread at a time.

    Args:
        uploader: for the destination.
        outbox: what to deliver.
        on_retry: called for every failed try.
        interval: seconds between two rounds, so that a round delivers much at once.
        reports: of the destination.
        clock: monotonic seconds.
        is_over: whether nothing more is begun.
    """

    def __init__(
        self,
        uploader: Uploader,
        outbox: Outbox,
        on_retry: Callable[[], None],
        interval: float,
        reports: Reports,
        clock: Callable[[], float],
        is_over: Callable[[], bool],
    ) -> None:
        self._uploader = uploader
        self._outbox = outbox
        self._on_retry = on_retry
        self._interval = interval
        self._reports = reports
        self._clock = clock
        self._is_over = is_over
        self._pacing = Pacing(clock)
        # Files of which the destination took something in this round.
        self._worked: Set[str] = set()
        # Files that failed in this round, with no fault of the destination's.
        self._held_up: Dict[str, Holdup] = {}

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

    def is_drained(self) -> bool:
        """Return whether nothing waits that is likely to be taken soon."""
        if self._pacing.is_paused:
            return True
        now = self._clock()
        return all(
            self._pacing.is_hopeless(file.path, now)
            for file in self._outbox.unfinished()
            if file.waiting
        )

    def finish(self, file: SpoolFile) -> None:
        """Let a file leave the spool that is sealed and delivered."""
        if file.sealed and not file.waiting:
            self._uploader.finish(file)
            self._outbox.forget(file)

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
            return RefusedError(unexpected(error))
        return None

    def _deliver(self, file: SpoolFile) -> None:
        # What is appended meanwhile is left to the next round: it delivers more at once, and
        # a file that grows steadily does not keep the others waiting.
        end = file.size
        noted = self._uploader.known_delivered(file)
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
            self.finish(file)

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


def unexpected(error: Exception) -> str:
    """Return the message for a fault of our own."""
    return f"unexpected {type(error).__name__}: {redact(str(error))}"
