"""Copies of small pieces are read a moment later, when the bytes of others are on their way.

Reading takes microseconds, and who waits for the bytes often runs on the core that would read. So
it is put off, in the order in which pieces came and with the time at which they did; what is large
is read at once, so that little is held.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .memory import Memory
from .watcher import Watcher

_SMALL = 4 * 1024
_MOST_PIECES = 64
# Of a piece beside its bytes, about.
_PIECE = 200


class LaterWatcher:
    """A watcher of a connection whose small pieces are read later.

    Args:
        watcher: reads them.
        memory: that they are held in.
        soon: called with it when there is something to be read.
    """

    __slots__ = ("_held", "_memory", "_pieces", "_soon", "_watcher")

    def __init__(
        self, watcher: Watcher, memory: Memory, soon: Callable[[LaterWatcher], None]
    ) -> None:
        self._watcher = watcher
        self._memory = memory
        self._soon = soon
        self._pieces: list[tuple[bool, bytes, float]] = []
        self._held = 0

    @property
    def is_idle(self) -> bool:
        """See `Watcher.is_idle`."""
        self.read()
        return self._watcher.is_idle

    def request_bytes(self, data: bytes) -> None:
        """See `Watcher.request_bytes`."""
        if not self._is_kept(True, data):
            self.read()
            self._watcher.request_bytes(data)

    def response_bytes(self, data: bytes) -> None:
        """See `Watcher.response_bytes`."""
        if not self._is_kept(False, data):
            self.read()
            self._watcher.response_bytes(data)

    def server_ended(self) -> None:
        """See `Watcher.server_ended`."""
        self.read()
        self._watcher.server_ended()

    def close(self, broken: str) -> None:
        """See `Watcher.close`."""
        self.read()
        self._watcher.close(broken)

    def read(self) -> None:
        """Read what was kept."""
        pieces = self._pieces
        if not pieces:
            return
        watcher = self._watcher
        self._pieces = []
        for is_request, data, watcher.now in pieces:
            if is_request:
                watcher.request_bytes(data)
            else:
                watcher.response_bytes(data)
        watcher.now = None
        self._memory.give_back(self._held)
        self._held = 0

    def _is_kept(self, is_request: bool, data: bytes) -> bool:
        if self._watcher.is_stopped:
            return True
        pieces = self._pieces
        size = len(data) + _PIECE
        if size > _SMALL or len(pieces) >= _MOST_PIECES or not self._memory.take(size):
            return False
        self._held += size
        pieces.append((is_request, data, time.perf_counter()))
        if len(pieces) == 1:
            self._soon(self)
        return True
