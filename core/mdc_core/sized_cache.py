"""A cache that is bounded by what it holds, not by how often it was asked."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Callable, Dict, Generic, Tuple, TypeVar

from . import forks, native

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SizedCache(Generic[Key, Value]):
    """Keeps what was made for the keys that were used last.

    Args:
        make: returns the value for a key.
        size_of: returns the bytes that a key and its value take, about.
        max_bytes: for all of them together; what alone takes more than a quarter is not kept.
    """

    def __init__(
        self,
        make: Callable[[Key], Value],
        size_of: Callable[[Key, Value], int],
        max_bytes: int,
    ) -> None:
        self._make = make
        self._size_of = size_of
        self._max_bytes = max_bytes
        # In the order of use, with the size of each. Several writer threads may share a cache.
        self._lock = native.allocate_lock()
        forks.call_in_child(self._start_over)
        self._kept: Dict[Key, Tuple[Value, int]] = {}
        self._bytes = 0

    def __call__(self, key: Key) -> Value:
        """Return the value for a key."""
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None:
                self._kept[key] = kept
                return kept[0]
        value = self._make(key)
        size = self._size_of(key, value)
        if size <= self._max_bytes // 4:
            with self._lock:
                self._keep(key, value, size)
        return value

    def _start_over(self) -> None:
        # Another thread of the parent may have held it.
        self._lock = native.allocate_lock()
        self._kept, self._bytes = {}, 0

    def _keep(self, key: Key, value: Value, size: int) -> None:
        if key in self._kept:
            return  # another thread was first
        self._kept[key] = (value, size)
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._bytes -= self._kept.pop(next(iter(self._kept)))[1]
