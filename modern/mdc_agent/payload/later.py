"""Copies are read a moment later, when the bytes of others are on their way.

Reading takes microseconds, and the process that waits for the bytes often runs on the same core.
So pieces are read later, in the order in which they came and with the time at which they came.
What waits is bounded: beyond the bound each new piece makes room by reading the oldest ones.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from .watcher import Watcher

# About the bytes that a piece takes beside its data, and a connection that waits to be forgotten.
_PIECE = 300
_CONNECTION = 4000


class LateCopies:
    """What all connections carried and nobody has read yet.

    Args:
        bound: most bytes.
        soon: called when something has come, and nothing waited before.

    Attributes:
        last: when the latest piece came, by `time.perf_counter`.
    """

    def __init__(self, bound: int, soon: Callable[[], None]) -> None:
        self._bound = bound
        self._soon = soon
        self._held = 0
        # A piece is one entry of each: pieces as tuples would bring the garbage collector, which
        # takes 2 ms to look through some ten thousands of them.
        self._watchers: deque[Watcher] = deque()
        self._calls: deque[Callable[[bytes], None]] = deque()
        self._data: deque[bytes] = deque()
        self._sizes: deque[int] = deque()
        self._times: deque[float] = deque()
        self.last = 0.0

    def __len__(self) -> int:
        return len(self._data)

    def add(
        self, watcher: Watcher, call: Callable[[bytes], None], data: bytes, beside: int = _PIECE
    ) -> None:
        """Call what reads for a watcher, later.

        Args:
            watcher: see above.
            call: takes the data.
            data: that wait.
            beside: bytes that wait with them.
        """
        self.last = now = time.perf_counter()
        is_first = not self._data
        self._watchers.append(watcher)
        self._calls.append(call)
        self._data.append(data)
        self._times.append(now)
        size = len(data) + beside
        self._sizes.append(size)
        self._held += size
        if is_first:
            self._soon()
        while self._held > self._bound:
            self.read_oldest()

    def read_oldest(self) -> None:
        """Read what came first."""
        watcher, data = self._watchers.popleft(), self._data.popleft()
        self._held -= self._sizes.popleft()
        watcher.now = self._times.popleft()
        self._calls.popleft()(data)
        watcher.now = None

    def read_all(self) -> None:
        """Read all that waits."""
        while self._data:
            self.read_oldest()


class LaterWatcher:
    """A watcher of a connection that reads later.

    Args:
        watcher: reads.
        copies: holds what is to be read.
    """

    __slots__ = ("_copies", "_requests", "_responses", "_watcher")

    def __init__(self, watcher: Watcher, copies: LateCopies) -> None:
        self._watcher = watcher
        self._copies = copies
        self._requests = watcher.request_bytes
        self._responses = watcher.response_bytes

    @property
    def is_idle(self) -> bool:
        """See `Watcher.is_idle`."""
        self._copies.read_all()
        return self._watcher.is_idle

    def request_bytes(self, data: bytes) -> None:
        """See `Watcher.request_bytes`."""
        if not self._watcher.is_stopped:
            self._copies.add(self._watcher, self._requests, data)

    def response_bytes(self, data: bytes) -> None:
        """See `Watcher.response_bytes`."""
        if not self._watcher.is_stopped:
            self._copies.add(self._watcher, self._responses, data)

    def server_ended(self) -> None:
        """See `Watcher.server_ended`."""
        watcher = self._watcher
        self._copies.add(watcher, lambda _: watcher.server_ended(), b"")

    def close(self, broken: str) -> None:
        """See `Watcher.close`."""
        watcher = self._watcher
        self._copies.add(watcher, lambda _: watcher.close(broken), b"", _CONNECTION)
