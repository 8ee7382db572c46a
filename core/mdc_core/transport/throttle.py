"""Repeated messages: the first at once, then at most one per interval."""

from __future__ import annotations

import time
from typing import Callable


class Throttle:
    """Says for each key whether its message is due, and how many were held back before it.

    Args:
        interval: seconds between two messages of one key.
        clock: monotonic seconds.
    """

    def __init__(self, interval: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        self._last: dict[str, float] = {}
        self._held: dict[str, int] = {}

    def due(self, key: str) -> int | None:
        """Return None when `key` must keep quiet, else the number of messages held back so far."""
        now = self._clock()
        last = self._last.get(key)
        if last is not None and now - last < self._interval:
            self._held[key] = self._held.get(key, 0) + 1
            return None
        self._last[key] = now
        return self._held.pop(key, 0)
