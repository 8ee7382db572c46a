"""The delivery thread: takes what the outbox holds to the destination, through outages."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Optional

from ..spool.outbox import Outbox, SpoolFile
from ..wakeup import Wakeup
from .backoff import Backoff
from .errors import BusyError, DeliveryError
from .redaction import redact

logger = logging.getLogger("mdc_core")

LASTING_PAUSE = 30.0
REMINDER_SECONDS = 600.0
LONGEST_WAIT = 3600.0


class Uploader(ABC):
    """Takes spool files to one kind of destination; used by the delivery thread only."""

    @abstractmethod
    def upload(self, file: SpoolFile) -> int:
        """Deliver some of what waits in a file.

        Returns:
            The number of bytes, from the file's start, that the destination holds now.

        Raises:
            DeliveryError: nothing was delivered for sure; the call may be repeated.
        """

    @abstractmethod
    def finish(self, file: SpoolFile) -> None:
        """Remove a sealed file that is delivered, and what was kept about it."""

    def close(self) -> None:
        """Give up connections; called by the delivery thread at its end."""
        return


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
        self._name = name
        self._clock = clock
        self._backoff = Backoff()
        self._failing_since: Optional[float] = None
        # Of a failure that lasts until somebody acts: when it was said last.
        self._said_at: Optional[float] = None
        self._wakeup = Wakeup()
        self._thread: Optional[threading.Thread] = None
        self._stopping = False

    def start(self) -> None:
        """Start the thread, once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mdc-delivery", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Begin the next round at once, unless the destination is failing."""
        if self._failing_since is None:
            self._wakeup.call()

    def drain(self, timeout: float) -> None:
        """Wait until nothing is left to deliver, while the destination takes it.

        Args:
            timeout: seconds.
        """
        if self._failing_since is not None:
            return
        drained = threading.Event()
        self._outbox.checkpoint(drained.set)
        self._wakeup.call()
        drained.wait(timeout)

    def stop(self, timeout: float) -> None:
        """End after the upload that is under way.

        Args:
            timeout: seconds to wait for it.
        """
        self._stopping = True
        self._wakeup.call()
        if self._thread is None:
            return
        self._thread.join(timeout)
        if not self._thread.is_alive():
            for file in self._outbox.unfinished():
                self._finish(file)

    def step(self) -> float:
        """Do one round over all files.

        Returns:
            Seconds to wait before the next.
        """
        self._refresh()
        pause = self._interval
        delivered = 0
        lasting: Optional[DeliveryError] = None
        for file in self._outbox.unfinished():
            try:
                delivered += self._deliver(file)
            except BusyError as error:
                pause = min(pause, error.retry_after or pause)
            except DeliveryError as error:
                if not error.lasting:
                    return self._failed(error)
                lasting = lasting or error  # other files may go to another container
            except FileNotFoundError as error:
                self._lost(file, error)
        if lasting is not None:
            return self._failed(lasting)
        if delivered:
            self._succeeded()
        return pause

    def _deliver(self, file: SpoolFile) -> int:
        """Deliver what waits now; return how many bytes of it were taken."""
        before = file.delivered
        # What is appended meanwhile is left to the next round: it delivers more at once, and
        # a file that grows steadily does not keep the others waiting.
        end = file.size
        while file.delivered < end and not self._stopping:
            delivered = self._uploader.upload(file)
            if self._said_at is None:
                self._succeeded()
            self._outbox.acknowledged(file, delivered)
        if not self._stopping:
            self._finish(file)
        return file.delivered - before

    def _finish(self, file: SpoolFile) -> None:
        if file.sealed and not file.waiting:
            self._uploader.finish(file)
            self._outbox.forget(file)

    def _lost(self, file: SpoolFile, error: FileNotFoundError) -> None:
        logger.error(
            "mdc-bridge: somebody changed the spool, up to %d bytes for %s are lost: %s",
            file.waiting,
            self._name,
            error,
        )
        self._outbox.forget(file, "spool_removed")

    def _failed(self, error: DeliveryError) -> float:
        self._on_retry()
        begins = self._failing_since is None
        if self._failing_since is None:
            self._failing_since = self._clock()
        if begins or (error.lasting and self._is_reminder_due()):
            logger.error(
                "mdc-bridge: delivery to %s fails, events stay in the spool: %s", self._name, error
            )
            self._said_at = self._clock() if error.lasting else None
        pause = self._backoff.next(error.retry_after)
        return max(pause, LASTING_PAUSE) if error.lasting else pause

    def _is_reminder_due(self) -> bool:
        return self._said_at is None or self._clock() - self._said_at >= REMINDER_SECONDS

    def _succeeded(self) -> None:
        self._backoff.reset()
        if self._failing_since is not None:
            logger.warning(
                "mdc-bridge: delivery to %s works again after %.0f s",
                self._name,
                self._clock() - self._failing_since,
            )
            self._failing_since = self._said_at = None

    def _run(self) -> None:
        while not self._stopping:
            try:
                pause = self.step()
            except Exception as error:  # noqa: BLE001
                # The thread must outlive any fault of its own: without it nothing is delivered.
                pause = self._failed(
                    DeliveryError(f"unexpected {type(error).__name__}: {redact(str(error))}")
                )
            self._wakeup.wait(min(pause, LONGEST_WAIT))
        self._uploader.close()
