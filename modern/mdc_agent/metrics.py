"""What became of events, counted by type and reason, and what waits; as Prometheus reads it.

The counters follow Azure's `DataCollectionEventsPerMinute` and `DataCollectionErrorsPerMinute`,
whose dimensions are `type` and `reason`. These only grow; their readers compute the rate.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import NamedTuple

from mdc_core.destinations.base import Tally

# Names of collections come from outside: beyond this number they are counted together.
_MOST_TYPES = 100
OTHERS = "other"


class Counted(NamedTuple):
    """All counts at one moment.

    Attributes:
        stored: events by type.
        repeated: events that came again, by type.
        lost: events by type and reason.
        retried, repaired, damaged: see `Tally`.
    """

    stored: dict[str, int]
    repeated: dict[str, int]
    lost: dict[tuple[str, str], int]
    retried: int
    repaired: int
    damaged: int


class AgentCounts(Tally):
    """Counts; may be used by all threads."""

    def __init__(self) -> None:
        # Protects all below.
        self._lock = threading.Lock()
        self._stored: Counter[str] = Counter()
        self._repeated: Counter[str] = Counter()
        self._lost: Counter[tuple[str, str]] = Counter()
        self._retried = self._repaired = self._damaged = 0
        self._types: set[str] = set()

    def add_stored(self, type: str, events: int = 1) -> None:
        """Events are in the spool, or the folder.

        Args:
            type: the collection.
            events: how many.
        """
        with self._lock:
            self._stored[self._known(type)] += events

    def add_repeated(self, type: str) -> None:
        """An event came again that is stored already, or about to be."""
        with self._lock:
            self._repeated[self._known(type)] += 1

    def add_lost(self, type: str, reason: str, events: int = 1) -> None:
        """Events are not stored, and why.

        Args:
            type: the collection; empty where it is not known.
            reason: a word.
            events: how many.
        """
        with self._lock:
            self._lost[self._known(type), reason] += events

    def add_dropped(self, reason: str, events: int = 1) -> None:
        self.add_lost("", reason, events)

    def add_retried(self) -> None:
        with self._lock:
            self._retried += 1

    def add_repaired(self, fragments: int = 1) -> None:
        with self._lock:
            self._repaired += fragments

    def add_damaged(self, pieces: int = 1) -> None:
        with self._lock:
            self._damaged += pieces

    def read(self) -> Counted:
        """Return the counts now."""
        with self._lock:
            return Counted(
                dict(self._stored),
                dict(self._repeated),
                dict(self._lost),
                self._retried,
                self._repaired,
                self._damaged,
            )

    def _known(self, type: str) -> str:
        if type not in self._types:
            if not type or len(self._types) >= _MOST_TYPES:
                return OTHERS
            self._types.add(type)
        return type
