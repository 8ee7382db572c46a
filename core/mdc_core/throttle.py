"""Repeated messages: the first at once, then at most one per interval."""

from __future__ import annotations

import time
from typing import Callable, Dict

# Keys may come from what is collected or answered, so their number is bounded.
MAX_KEYS = 256
_OTHERS = ""


class Throttle:
    """Says for each key whether its message is due, and how many were suppressed before it.

    Beyond `MAX_KEYS` within one interval, all further keys count as one.

    Args:
        interval: seconds between two messages of one key.
        clock: monotonic seconds.
    """

    def __init__(self, interval: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        # In the order of their times.
        self._last: Dict[str, float] = {}
        self._suppressed: Dict[str, int] = {}

    def due(self, key: str) -> int | None:
        """Return how many messages were suppressed before; None if this one is suppressed, too."""
        now = self._clock()
        if key not in self._last and not self._has_room(now):
            key = _OTHERS
        last = self._last.get(key)
        if last is not None and now - last < self._interval:
            self._suppressed[key] = self._suppressed.get(key, 0) + 1
            return None
        self._last.pop(key, None)
        self._last[key] = now
        return self._suppressed.pop(key, 0)

    def forget(self, key: str) -> None:
        """The next message of a key is due at once."""
        self._last.pop(key, None)
        self._suppressed.pop(key, None)

    def _has_room(self, now: float) -> bool:
        while len(self._last) >= MAX_KEYS:
            oldest = next(iter(self._last))
            if now - self._last[oldest] < self._interval:
                return False
            self.forget(oldest)
        return True
