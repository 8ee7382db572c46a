"""The one bound of all copies that payload logging holds."""

from __future__ import annotations

from collections import deque

# Sizes that other threads gave back and that are not counted yet: each takes memory too.
_MOST_RETURNED = 1000


class CopyMemory:
    """Bytes that may be held, and are; only the event loop's thread takes and gives back.

    Args:
        bound: most bytes.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._held = 0
        # Other threads append here.
        self._returned: deque[int] = deque()

    @property
    def held(self) -> int:
        """Bytes, now."""
        self._collect()
        return self._held

    def take(self, size: int) -> bool:
        """Hold so many bytes more; return whether there was room, else none are held."""
        if self._held + size > self._bound or len(self._returned) > _MOST_RETURNED:
            self._collect()
            if self._held + size > self._bound:
                return False
        self._held += size
        return True

    def give_back(self, size: int) -> None:
        """Hold so many bytes less."""
        self._held -= size

    def give_back_from_elsewhere(self, size: int) -> None:
        """Hold so many bytes less; any thread may say so."""
        self._returned.append(size)

    def _collect(self) -> None:
        while self._returned:
            self._held -= self._returned.popleft()
