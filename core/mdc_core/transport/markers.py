"""Markers in the queue: callers wait at them until earlier events are written, or delivered."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from typing import List, Tuple

from .. import native
from ..destinations import Destination


class Marker:
    """A place in the queue: `reached` is set when all before it is delivered, or given up.

    Args:
        at_written: it is reached as soon as all before it is written.
    """

    def __init__(self, at_written: bool = False) -> None:
        self.at_written = at_written
        self.reached = native.Latch()
        self.succeeded = False

    def reach(self) -> None:
        """Set it: all before it is delivered, or written if that is enough."""
        self.succeeded = True
        self.reached.set()


class Markers:
    """Markers that the writer has taken from the queue; used by its thread.

    Args:
        destinations: that have to hold what is delivered.
    """

    def __init__(self, destinations: Collection[Destination]) -> None:
        self._destinations = destinations
        # Each with the number of the batch behind which it stands.
        self._waiting: List[Tuple[int, Marker]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, turn: int, markers: Iterable[Marker]) -> None:
        """Add markers that stand behind a batch."""
        self._waiting += [(turn, marker) for marker in markers]

    def release(self, waiting_turns: Iterable[int], at_written: bool = False) -> None:
        """Release the markers whose events are written.

        One that waits for delivery is reached when the destinations have acknowledged its events.

        Args:
            waiting_turns: the batches that are not completely written.
            at_written: release only the markers that do not wait for delivery.
        """
        oldest = min(waiting_turns, default=sys.maxsize)
        kept = []
        for turn, marker in self._waiting:
            if turn >= oldest or (at_written and not marker.at_written):
                kept.append((turn, marker))
            elif marker.at_written:
                marker.reach()
            else:
                self._reach_when_delivered(marker)
        self._waiting = kept

    def give_up(self) -> None:
        """Release all without success."""
        for _, marker in self._waiting:
            marker.reached.set()
        self._waiting = []

    def _reach_when_delivered(self, marker: Marker) -> None:
        """Reach a marker when all destinations hold what was appended to them so far."""
        waiting = list(self._destinations)

        def delivered() -> None:
            # Called by any thread; two that are last at once both reach it, which does no harm.
            waiting.pop()
            if not waiting:
                marker.reach()

        for destination in self._destinations:
            destination.checkpoint(delivered)
            destination.hurry()
        if not self._destinations:
            marker.reach()
