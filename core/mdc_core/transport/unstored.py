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
        trouble: when they are tried again.
    """

    def __init__(self, max_bytes: int, clock: Callable[[], float]) -> None:
        self.trouble = Trouble(clock)
        self._max_bytes = max_bytes
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
        self.trouble.failed()
        self._events.append((turn, event))
        return True

    def take_due(self) -> Optional[Tuple[int, Event]]:
        """Return the next to try, when it is time."""
        if not self.trouble.is_due():
            return None
        if self._events:
            return self._events.popleft()
        self.trouble.end()
        return None

    def clear(self) -> int:
        """Give all up; return how many they were."""
        count = len(self._events)
        self._events.clear()
        self.trouble.end()
        return count
