"""One request and its response, as far as they were seen."""

from __future__ import annotations

import time
from itertools import chain

from .memory import CopyMemory

MEMORY_FULL = "memory_full"
BODY_TOO_LARGE = "body_too_large"
CLIENT_HUNG_UP = "client_hung_up"
UPSTREAM_HUNG_UP = "upstream_hung_up"

# Parts of a larger body are held once more, where they are joined.
_SMALL = 128 * 1024
# About the bytes that a message, and each of its headers, takes beside its texts.
_MESSAGE = 600
_HEADER = 120


class Message:
    """A copy of a request or response.

    Attributes:
        headers: name and value of each, as they came, without trailers.
        parts: of the body, without chunk bounds; empty when the copy was given up.
        size: bytes of the body.
        is_complete: its last byte was seen.
        lost: why the body is not here, None when it is.
    """

    __slots__ = ("_held", "_named", "headers", "is_complete", "lost", "memory", "parts", "size")

    def __init__(self, memory: CopyMemory) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []
        self.size = 0
        self.is_complete = False
        self.lost: str | None = None
        self.memory = memory
        self._held = 0
        self._named: dict[bytes, bytes] | None = None

    def charge_head(self) -> None:
        """Count the head, which already exists: it is small and bounded."""
        headers = self.headers
        size = _MESSAGE + _HEADER * len(headers) + sum(map(len, chain.from_iterable(headers)))
        if self.memory.take(size):
            self._held += size
        else:
            self.give_up(MEMORY_FULL)

    def add(self, part: bytes, bound: int) -> None:
        """Keep a part of the body, as long as there is room."""
        size = len(part)
        self.size += size
        if self.lost is not None:
            return
        if self.size > bound:
            self.give_up(BODY_TOO_LARGE)
        elif self.memory.take(held := size if self.size <= _SMALL else 2 * size):
            self._held += held
            self.parts.append(part)
        else:
            self.give_up(MEMORY_FULL)

    def give_up(self, reason: str) -> None:
        """Let go of the body."""
        self.lost = reason
        self.release()

    def release(self) -> None:
        """Let go of the body's memory."""
        self.parts = []
        self.memory.give_back(self._held)
        self._held = 0

    @property
    def content_type(self) -> str:
        """The header of this name; empty without one."""
        return (self.header(b"content-type") or b"").decode("latin-1")

    def header(self, name: bytes) -> bytes | None:
        """Return the value of the first header of a name in lower case; the head is complete."""
        named = self._named
        if named is None:
            named = self._named = {each.lower(): value for each, value in reversed(self.headers)}
        return named.get(name)

    def all(self, name: bytes) -> list[bytes]:
        """Return the values of all headers of a name in lower case, in their order."""
        # Mostly there is none, or one.
        if self.header(name) is None:
            return []
        return [value for each, value in self.headers if each.lower() == name]


class Exchange:
    """A request and its response.

    Args:
        memory: that copies are held in.
        began: when its first byte came, by `time.perf_counter`; None for this moment.

    Attributes:
        request, response: what was seen of them; None as long as nothing was.
        method, target: of the request line.
        status: of the response, 0 without one.
        time_us: of the request's first byte, integer microseconds since the epoch.
        latency_s: from there to the last byte of the response, or to the end.
        broken: who hung up before it was complete, None when nobody did.
        injected_id: `x-request-id` that was added to the request, or that its server gave it.
        otherwise_id: its id where neither request nor response has one; None for a new one.
        is_ignored: it is not to be logged.
    """

    __slots__ = (
        "_began",
        "broken",
        "injected_id",
        "is_ignored",
        "latency_s",
        "method",
        "otherwise_id",
        "request",
        "response",
        "status",
        "target",
        "time_us",
    )

    def __init__(self, memory: CopyMemory, began: float | None = None) -> None:
        now = time.perf_counter()
        self._began = now if began is None else began
        self.time_us = time.time_ns() // 1000 - int((now - self._began) * 1_000_000)
        self.request = Message(memory)
        self.response: Message | None = None
        self.method = ""
        self.target = b""
        self.status = 0
        self.latency_s = 0.0
        self.broken: str | None = None
        self.injected_id: str | None = None
        self.otherwise_id: str | None = None
        self.is_ignored = False

    @property
    def is_complete(self) -> bool:
        """Whether both were seen to their ends."""
        response = self.response
        return response is not None and response.is_complete and self.request.is_complete

    def asked(self, method: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """The head of the request is here."""
        self.method = method
        self.target = target
        self.request.headers = headers
        self.request.charge_head()

    def answered(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """The head of a response is here; it takes the place of an earlier one."""
        if self.response is not None:
            self.response.release()
        self.status = status
        self.response = Message(self.request.memory)
        self.response.headers = headers
        self.response.charge_head()

    def end(self, ended: float | None = None) -> None:
        """Nothing more comes.

        Args:
            ended: when, by `time.perf_counter`; None for this moment.
        """
        self.latency_s = (time.perf_counter() if ended is None else ended) - self._began

    def release(self) -> None:
        """Let go of what it holds."""
        self.request.release()
        if self.response is not None:
            self.response.release()
