"""Large events whose data could not be stored: they are tried again, and nobody waits for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Deque, Optional, Tuple

from ..data.events import Event
from .trouble import Trouble


class Unstored:
    """Keeps such events, each with the number of its batch.

    Args:
        max_bytes: of them together; one is kept whatever its size.
        clock: monotonic seconds.

    Attributes:
        trouble: when they are tried again; None while there are none.
    """

    def __init__(self, max_bytes: int, clock: Callable[[], float]) -> None:
        self.trouble: Optional[Trouble] = None
        self._max_bytes = max_bytes
        self._clock = clock
        self._events: Deque[Tuple[int, Event]] = deque()

    def __len__(self) -> int:
        return len(self._events)

    @property
    def size(self) -> int:
        """Bytes that they take in memory."""
        return sum(event.size for _, event in self._events)

    @property
    def oldest_turn(self) -> Optional[int]:
        """The first number of a batch."""
        return min((turn for turn, _ in self._events), default=None)

    def keep(self, turn: int, event: Event) -> bool:
        """Keep an event; return False when that would be too much, and it is not kept."""
        if self._events and self.size + event.size > self._max_bytes:
            return False
        if self.trouble is None:
            self.trouble = Trouble(self._clock)
        self.trouble.failed()
        self._events.append((turn, event))
        return True

    def take_due(self) -> Optional[Tuple[int, Event]]:
        """Return the next to try, when it is time."""
        if self.trouble is None or not self.trouble.is_due():
            return None
        if not self._events:
            self.trouble = None
            return None
        return self._events.popleft()

    def clear(self) -> int:
        """Give all up; return how many they were."""
        count = len(self._events)
        self._events.clear()
        self.trouble = None
        return count
