"""Pauses between tries: doubling, jittered, and never shorter than the destination asks for."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Optional


class Backoff:
    """The pauses of one series of failures.

    Args:
        first: seconds of the first pause, before jitter.
        longest: seconds that no pause passes, but for a longer wish of the destination.
        jitter: returns a number from 0 to 1.
    """

    def __init__(
        self,
        first: float = 0.25,
        longest: float = 8.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._failures = 0

    def next(self, retry_after: Optional[float] = None) -> float:
        """Return the seconds to wait after one more failure.

        Args:
            retry_after: the destination's own wish, in seconds.
        """
        pause: float = min(self._longest, self._first * 2.0**self._failures)
        self._failures = min(self._failures + 1, 32)
        # Half is fixed and half random: replicas that failed together do not come back together.
        jittered = pause / 2 * (1 + self._jitter())
        return max(jittered, retry_after or 0.0)

    def reset(self) -> None:
        """A try has succeeded."""
        self._failures = 0
