"""Azure's collector beside the container: one POST for each event, as the official SDK sends it.

Different on purpose: one connection is kept, and what fails is tried again from the spool. A lost
answer can make an event arrive twice; its `trace-id` is then the same. An event that fails while
others are taken is set apart, tried a number of times, and given up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Dict, Set

from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from ..throttle import Throttle
from .collector_connection import CollectorConnection, NoAnswerError
from .collector_request import SpooledLine, next_lines, request_of
from .errors import DeliveryError, RefusedError
from .uploader import Uploader

logger = logging.getLogger("mdc_core")

BATCH_SECONDS = 0.5
# Failures of the first event that waits, before the collector is tried with others; one is
# enough for a while after an event was set apart.
PATIENCE = 3
SUSPICION_SECONDS = 600.0
# Which of the following events are tried, and for how long.
_PROBES = (0, 1, 3, 7, 15, 31)
PROBE_SECONDS = 1.0
# An event that was set apart and failed so often while others were taken is given up.
TRIES = 12
REMINDER_SECONDS = 600.0

_RETRYABLE = frozenset({408, 429})


class _EventError(DeliveryError):
    """The collector answered, and did not accept an event."""


@dataclass
class _Head:
    """The first event that waits in a file, and fails.

    Attributes:
        start: of its line.
        taken: events of all files that were taken when it failed last.
        failures: of it, and of those tried in its place.
        alone: its own, behind each of which others were taken.
    """

    start: int
    taken: int
    failures: int = 0
    alone: int = 0


class CollectorUploader(Uploader):
    """Posts spooled lines to a collector.

    Args:
        host, port: of the collector.
        compact: send the text of a frame in place of JSON.
        spool: holds the lines.
        on_refused: called for every event that cannot be delivered for good: with the file, where
            its line begins, and the reason.
    """

    def __init__(
        self,
        host: str,
        port: int,
        compact: bool,
        spool: Spool,
        on_refused: Callable[[SpoolFile, int, str], None],
    ) -> None:
        super().__init__(spool)
        self._connection = CollectorConnection(host, port)
        self._compact = compact
        self._on_refused = on_refused
        self._reasons = Throttle(REMINDER_SECONDS)
        self._taken = 0
        self._suspicious_until = 0.0
        # By path: the error after which a batch ended early; the first event, if it fails; the
        # offsets of events that were accepted before their turn.
        self._failures: Dict[str, DeliveryError] = {}
        self._heads: Dict[str, _Head] = {}
        self._early: Dict[str, Set[int]] = {}
        # Files that hold one event which failed while others were taken.
        self._apart: Set[str] = set()

    def upload(self, file: SpoolFile) -> int:
        if file.path in self._failures:
            raise self._failures.pop(file.path)
        delivered = file.delivered
        until = time.monotonic() + BATCH_SECONDS
        lines = next_lines(self._spool, file)
        for at, line in enumerate(lines):
            try:
                self._handle(file, line, lines[at + 1 : at + 2 + _PROBES[-1]])
            except DeliveryError as error:
                if delivered == file.delivered:
                    raise
                # First note what was accepted before it; the next call raises it.
                self._failures[file.path] = error
                break
            delivered = line.start + len(line.content)
            if time.monotonic() >= until:
                break
        self.note(file, delivered)
        return delivered

    def forget(self, file: SpoolFile) -> None:
        self._failures.pop(file.path, None)
        self._heads.pop(file.path, None)
        self._early.pop(file.path, None)
        self._apart.discard(file.path)

    def limit(self, seconds: float) -> None:
        self._connection.limit(seconds)

    def close(self) -> None:
        self._connection.close()

    def _handle(self, file: SpoolFile, line: SpooledLine, following: Sequence[SpooledLine]) -> None:
        """Deliver an event, count it as refused, or put it out of the others' way.

        Raises:
            DeliveryError: it has to be tried again, at its place.
        """
        early = self._early.get(file.path)
        if early and line.start in early:
            early.discard(line.start)
            return
        head = self._heads.get(file.path)
        if head is None or head.start != line.start:
            head = self._heads[file.path] = _Head(line.start, self._taken)
        elif head.failures >= self._patience() and head.taken == self._taken:
            self._probe(file, head, following)
        try:
            try:
                self._deliver(file, line)
            except _EventError as error:
                if head.failures or error.retry_after is not None or self._patience() > 1:
                    raise
                head.failures += 1
                self._probe(file, head, following)
                self._deliver(file, line)
        except _EventError as error:
            self._failed(file, line, head, bool(following), error)
        del self._heads[file.path]

    def _failed(
        self, file: SpoolFile, line: SpooledLine, head: _Head, is_followed: bool, error: _EventError
    ) -> None:
        head.failures += 1
        others_work, head.taken = self._taken > head.taken, self._taken
        head.alone += others_work
        if others_work and is_followed and head.failures > self._patience():
            self._apart.add(self._spool.set_apart(file, line.start, len(line.content)))
            self._suspicious_until = time.monotonic() + SUSPICION_SECONDS
        elif head.alone >= TRIES:
            self._drop(file, line, "not_taken", f"{error}, {head.failures} times")
        elif file.path in self._apart:
            raise RefusedError(str(error), error.retry_after) from error
        else:
            raise error

    def _probe(self, file: SpoolFile, head: _Head, following: Sequence[SpooledLine]) -> None:
        """Try other events until one is taken, which shows whose fault the first one's failure is.

        Raises:
            DeliveryError: none is taken.
        """
        early = self._early.setdefault(file.path, set())
        candidates = [line for line in following if line.start not in early]
        until = time.monotonic() + PROBE_SECONDS
        # Ever further away: bad events come in a row as well.
        tried = [candidates[at] for at in _PROBES if at < len(candidates)]
        for line in tried:
            try:
                self._deliver(file, line)
            except _EventError as error:
                is_last = line is tried[-1] or time.monotonic() >= until
                if is_last or error.retry_after is not None:
                    head.failures += 1
                    raise
            else:
                early.add(line.start)
                return

    def _patience(self) -> int:
        return 1 if time.monotonic() < self._suspicious_until else PATIENCE

    def _deliver(self, file: SpoolFile, line: SpooledLine) -> None:
        """Post one event; what is refused for good is counted and done with."""
        try:
            body, headers = request_of(line.content, self._compact)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            self._drop(file, line, "unreadable", f"a line of the spool is damaged: {error!r}")
            return
        try:
            answer = self._connection.post(body, headers)
        except NoAnswerError as error:
            raise _EventError(str(error)) from error
        status = answer.status
        if status in _RETRYABLE or status < 200 or 300 <= status < 400 or status >= 500:
            raise _EventError(f"the collector answered {answer.in_words()}", answer.retry_after)
        self._taken += 1
        if status >= 400:
            self._drop(file, line, "rejected", f"the collector answered {answer.in_words()}")

    def _drop(self, file: SpoolFile, line: SpooledLine, reason: str, message: str) -> None:
        """Count an event as lost, and say why, once for each reason and status."""
        self._on_refused(file, line.start, reason)
        suppressed = self._reasons.due(f"{reason} {message[:40]}")
        if suppressed is not None:
            logger.error(
                "mdc-bridge: events are dropped and counted as %s, the first because %s"
                " (%d more since the last such message)",
                reason,
                message,
                suppressed,
            )
