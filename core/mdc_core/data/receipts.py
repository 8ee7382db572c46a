"""Receipts: what became of the events that were appended to the same files.

A receipt is settled when each of its places has said what became of its part. Events that every
place holds are delivered, the others are lost, each counted once. What is not known yet is small
whatever waits: during an outage a receipt takes ever more events, one hundredth of the outage's
length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Optional

from .. import native

# One receipt for at least so long, however fast events come and go.
GROWS_SECONDS = 0.5
_GROWS_SHARE = 0.01


class Receipt:
    """Events that went to the same places, from `Receipts.enter`."""

    __slots__ = ("_account", "_events", "_lost", "_since", "_touched", "_waiting")

    def __init__(self, account: _Account, now: float) -> None:
        self._account = account
        # All of these are changed under the lock of all receipts.
        self._since = now
        self._events = 0
        self._lost = 0
        self._waiting = 0
        self._touched = False

    def expect(self) -> None:
        """One more place will say what became of its part."""
        with self._account.receipts.lock:
            self._waiting += 1

    def settle(self) -> None:
        """One of the expected places holds its part, or has said what it lost."""
        with self._account.receipts.lock:
            self._touched = True
            self.release()

    def lose(self, reason: str, events: int) -> None:
        """A place will never hold some of the events; what was lost already is not lost again."""
        with self._account.receipts.lock:
            self._touched = True
            lost = min(events, self._events - self._lost)
            self._lost += lost
            if lost:
                self._account.receipts.on_lost(reason, lost)

    def takes_more(self, now: float) -> bool:
        """Return whether its fate is that of what is appended now."""
        longest = max(GROWS_SECONDS, (now - self._account.since) * _GROWS_SHARE)
        return not self._touched and now - self._since < longest

    def hold(self, events: int) -> None:
        """More events belong to it; it is not complete before `release`."""
        self._events += events
        self._waiting += 1

    def release(self) -> None:
        """All of the events are appended, or lost."""
        with self._account.receipts.lock:
            self._waiting -= 1
            if self._waiting == 0:
                self._account.complete(self, self._events - self._lost)


class Share:
    """The events of one batch in a receipt; the writer holds it until every place has its part.

    Attributes:
        receipt: that counts what becomes of them.
        events: how many.
        lost: they are, because a place refused its part.
    """

    __slots__ = ("_places", "events", "lost", "receipt")

    def __init__(self, receipt: Receipt, events: int, places: int) -> None:
        self.receipt = receipt
        self.events = events
        self.lost = False
        self._places = places

    @property
    def waits(self) -> bool:
        """Whether a place neither has nor refused its part."""
        return self._places > 0

    def lose(self, reason: str) -> None:
        """A place has refused its part for good."""
        if not self.lost:
            self.lost = True
            self.receipt.lose(reason, self.events)

    def arrive(self) -> int:
        """One more place has its part, or has refused it.

        Returns:
            The number of events that are written with that.
        """
        self._places -= 1
        if self._places > 0:
            return 0
        self.receipt.release()
        return 0 if self.lost else self.events


class _Account:
    """The receipts of the same places that are not settled, and since when there are any."""

    __slots__ = ("last", "pending", "places", "receipts", "since")

    def __init__(self, receipts: Receipts, places: tuple[str, ...], now: float) -> None:
        self.receipts = receipts
        self.places = places
        self.since = now
        self.pending = 0
        self.last: Optional[Receipt] = None

    def complete(self, receipt: Receipt, delivered: int) -> None:
        self.pending -= 1
        if self.last is receipt:
            self.last = None
        if self.pending == 0:
            del self.receipts.open[self.places]
        if delivered:
            self.receipts.on_delivered(delivered)


class Receipts:
    """All receipts of a pipeline.

    Args:
        on_delivered: called with a number of events that all their places hold.
        on_lost: called with a reason and a number of events.
        clock: monotonic seconds.

    Attributes:
        lock: protects all receipts; the callbacks are called under it. Reentrant because a signal
            handler may end the pipeline in the thread that holds it.
    """

    def __init__(
        self,
        on_delivered: Callable[[int], None],
        on_lost: Callable[[str, int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = native.Mutex()
        self.on_delivered = on_delivered
        self.on_lost = on_lost
        self.open: dict[tuple[str, ...], _Account] = {}
        self._clock = clock

    def enter(self, places: tuple[str, ...], events: int) -> Share:
        """Return a share for events that go to the same places; see `Share.arrive`."""
        with self.lock:
            now = self._clock()
            account = self.open.get(places)
            if account is None:
                account = self.open[places] = _Account(self, places, now)
            receipt = account.last
            if receipt is None or not receipt.takes_more(now):
                receipt = account.last = Receipt(account, now)
                account.pending += 1
            receipt.hold(events)
            return Share(receipt, events, len(places))

    def __len__(self) -> int:
        """Return the number of receipts that are not settled."""
        with self.lock:
            return sum(account.pending for account in self.open.values())
