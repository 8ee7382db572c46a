"""Counts of what happened to events: accepted, written, synced, delivered, dropped by reason."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field

from .. import native
from ..destinations.base import Tally


@dataclass(frozen=True)
class Counts:
    """One reading of the counters; all numbers are events except where they say otherwise.

    Attributes:
        accepted: taken into the queue.
        written: in the spool; they survive the death of the process.
        synced: flushed to the disk; they survive the loss of power.
        delivered: acknowledged by the destination (on a folder: synced).
        dropped: lost events, by reason.
        repaired: torn lines and rows of killed processes that were set aside.
        damaged: lines, rows and notes of the spool that were found damaged and set aside.
        waiting: accepted and not yet written.
        bytes_written: bytes appended to the spool.
        retried: tries of a delivery that failed.
        undelivered_bytes: in the spool and not acknowledged by the destination.
        oldest_undelivered: age of the oldest of these, seconds.
    """

    accepted: int = 0
    written: int = 0
    synced: int = 0
    delivered: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    repaired: int = 0
    damaged: int = 0
    waiting: int = 0
    bytes_written: int = 0
    retried: int = 0
    undelivered_bytes: int = 0
    oldest_undelivered: float = 0.0

    def with_dropped(self, more: dict[str, int]) -> Counts:
        """Return these counts with more dropped events, by reason."""
        return dataclasses.replace(self, dropped=dict(Counter(self.dropped) + Counter(more)))

    def __str__(self) -> str:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self.dropped.items()))
        return (
            f"accepted {self.accepted}, written {self.written}, synced {self.synced}, "
            f"delivered {self.delivered}, dropped {sum(self.dropped.values())}"
            + (f" ({reasons})" if reasons else "")
            + (f", repaired {self.repaired}" if self.repaired else "")
            + (f", damaged {self.damaged}" if self.damaged else "")
            + (f", retried {self.retried}" if self.retried else "")
            + (f", {self.undelivered_bytes} bytes in the spool" if self.undelivered_bytes else "")
        )


class Counters(Tally):
    """The running counts of one pipeline, changed by its own threads alone.

    `accepted` is not here: it is what the queue has handed out plus what waits in it, so that
    the caller's thread has nothing to count. `_lock` is taken to change a field, and never to
    read: the writer must not wait for a caller who was interrupted while reading.
    """

    def __init__(self) -> None:
        self._lock = native.Mutex()
        self._written = self._synced = self._delivered = self._bytes_written = 0
        self._repaired = self._damaged = self._retried = 0
        self._dropped: Counter[str] = Counter()

    def add_written(self, events: int) -> None:
        """Count `events` whose lines and rows are in the spool."""
        with self._lock:
            self._written += events

    def add_bytes(self, size: int) -> None:
        """Count bytes that are in the spool."""
        with self._lock:
            self._bytes_written += size

    def mark_synced(self) -> None:
        """Everything written so far is on the disk."""
        with self._lock:
            self._synced = self._written

    def add_delivered(self, events: int) -> None:
        """Count `events` that all their destinations have acknowledged."""
        with self._lock:
            self._delivered += events

    def add_retried(self) -> None:
        """Count a try of a delivery that failed."""
        with self._lock:
            self._retried += 1

    def add_dropped(self, reason: str, events: int = 1) -> None:
        """Count `events` that are lost, and why."""
        if events:
            with self._lock:
                self._dropped[reason] += events

    def add_repaired(self, fragments: int = 1) -> None:
        """Count torn lines or rows of killed processes that were set aside."""
        with self._lock:
            self._repaired += fragments

    def add_damaged(self, pieces: int = 1) -> None:
        """Count lines, rows and notes that were found damaged and set aside."""
        with self._lock:
            self._damaged += pieces

    def read(
        self,
        taken: int = 0,
        waiting: int = 0,
        held: int = 0,
        undelivered_bytes: int = 0,
        oldest_undelivered: float = 0.0,
    ) -> Counts:
        """Return the counts now, with those that are the queue's and the destinations'."""
        # Each before what it cannot exceed, because they change meanwhile.
        dropped, delivered, synced = dict(self._dropped), self._delivered, self._synced
        written, accepted = self._written, taken + waiting
        return Counts(
            accepted=accepted,
            written=written,
            synced=synced,
            delivered=delivered,
            dropped=dropped,
            repaired=self._repaired,
            damaged=self._damaged,
            # While the writer is at it, some of what it holds is written already.
            waiting=max(0, min(waiting + held, accepted - written)),
            bytes_written=self._bytes_written,
            retried=self._retried,
            undelivered_bytes=undelivered_bytes,
            oldest_undelivered=oldest_undelivered,
        )


class Refusals:
    """Events that were never accepted, by reason; counted by the callers.

    `_lock` is reentrant because a signal handler may interrupt the thread that holds it, and have
    an event refused of its own; the pipeline's threads do not take it.
    """

    def __init__(self) -> None:
        self._lock = native.RLock()
        self._reasons: Counter[str] = Counter()

    def add(self, reason: str) -> None:
        """Count an event."""
        with self._lock:
            self._reasons[reason] += 1

    def added_to(self, counts: Counts) -> Counts:
        """Return the counts with these among the dropped ones."""
        return counts.with_dropped(dict(self._reasons))
