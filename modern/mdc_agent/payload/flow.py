"""One direction of a spliced connection: what a socket gives goes to the other as it came.

Sockets are handled here, not by asyncio's transports: a transport whose write fails closes at once,
and with it goes an answer that the server sent before it hung up, which a client without the agent
would have read.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from .readiness import Readiness

# Bytes of one read; as many may wait for a slow reader, in each direction.
_CHUNK = 64 * 1024
# What most messages fit into: room that is asked for and not needed takes longer than the read.
_SMALL = 4 * 1024


class Flow:
    """Passes bytes on from one socket to another; the sink's pace is the source's.

    Args:
        ready: waits for the sockets.
        source, sink: connected, non-blocking.
        copy: gets each piece of bytes after it was handed on.
        ended: called once, when nothing more goes this way.

    Attributes:
        source, sink: the same.
        was_reset: the source ended by a reset, not in order.
        is_refused: the sink takes no more bytes.
        has_ended: see `ended`.
        is_over: nothing more is read.
        pieces: how many were read.
        change: None, or what a piece becomes before it is handed on; nothing asks for what it holds
            back at the end.
    """

    __slots__ = (
        "_copy",
        "_ended",
        "_ready",
        "_recv",
        "_room",
        "_send",
        "_unsent",
        "change",
        "has_ended",
        "is_over",
        "is_refused",
        "pieces",
        "sink",
        "source",
        "was_reset",
    )

    def __init__(
        self,
        ready: Readiness,
        source: socket.socket,
        sink: socket.socket,
        copy: Callable[[bytes], None],
        ended: Callable[[Flow], None],
    ) -> None:
        self._ready = ready
        self.source = source
        self.sink = sink
        self._recv = source.recv
        self._send = sink.send
        self._copy = copy
        self._ended = ended
        self._unsent: memoryview | None = None
        self._room = _SMALL
        self.change: Callable[[bytes], bytes] | None = None
        self.pieces = 0
        self.was_reset = False
        self.is_refused = False
        self.is_over = False
        self.has_ended = False

    @property
    def waits(self) -> bool:
        """Whether bytes wait for the sink."""
        return self._unsent is not None

    def start(self) -> None:
        """Read from now on."""
        self._ready.add_reader(self.source, self._readable)

    def stop(self) -> None:
        """Read and write no more, whatever waits."""
        if not self.is_over:
            self._ready.remove_reader(self.source)
        if self._unsent is not None:
            self._ready.remove_writer(self.sink)
            self._unsent = None
        self.is_over = self.has_ended = True

    def _readable(self) -> None:
        try:
            data = self._recv(self._room)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.was_reset = True
            data = b""
        if not data:
            self._source_ended()
            return
        self.pieces += 1
        passed = data if self.change is None else self.change(data)
        if passed:
            self._pass(passed)
        self._room = _CHUNK if len(data) == self._room else _SMALL
        self._copy(data)

    def _pass(self, data: bytes) -> None:
        try:
            sent = self._send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._refuse()
            return
        if sent < len(data):
            self._unsent = memoryview(data)[sent:]
            if not self.is_over:
                self._ready.remove_reader(self.source)
            self._ready.add_writer(self.sink, self._writable)

    def _writable(self) -> None:
        unsent = self._unsent
        if unsent is None:
            return
        try:
            sent = self._send(unsent)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._ready.remove_writer(self.sink)
            self._unsent = None
            self._refuse(was_paused=True)
            return
        if sent < len(unsent):
            self._unsent = unsent[sent:]
            return
        self._ready.remove_writer(self.sink)
        self._unsent = None
        if self.is_over:
            self._end()
        else:
            self._ready.add_reader(self.source, self._readable)

    def _source_ended(self) -> None:
        self._ready.remove_reader(self.source)
        self.is_over = True
        held = b"" if self.change is None else self.change(b"")
        if held:
            self._pass(held)
        if self._unsent is None and not self.has_ended:
            self._end()

    def _refuse(self, was_paused: bool = False) -> None:
        """The sink is gone; the source is not read any more."""
        self.is_refused = True
        if not self.is_over and not was_paused:
            self._ready.remove_reader(self.source)
        self.is_over = True
        self._end()

    def _end(self) -> None:
        self.has_ended = True
        self._ended(self)
