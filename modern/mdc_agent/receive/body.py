"""A request's body, read into bounded memory in bounded time."""

from __future__ import annotations

import asyncio

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from ..process import CycleSearch
from .answers import RefusedRequestError

BODY_SECONDS = 30.0
_BYTES_PER_SECOND = 1024 * 1024


class BodyRoom:
    """The memory that all bodies together may take; used in one event loop.

    Args:
        most: its bytes.

    Attributes:
        taken: bytes that are in use.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.taken = 0
        self._leftovers = CycleSearch()

    def take(self, size: int) -> None:
        """Take bytes of it.

        Raises:
            RefusedRequestError: too few are left.
        """
        if self.taken and self.taken + size > self._most:
            raise RefusedRequestError(
                503, "no_memory", "too many bytes are being received; try again"
            )
        self.taken += size

    def give(self, size: int) -> None:
        """Give bytes back."""
        self.taken -= size
        self._leftovers.passed(size)


class ReceivedBody:
    """A body, and the room it takes until `release`.

    Args:
        room: of all bodies.
        most: bytes of one.
        seconds: in which a body has to arrive, plus one for each megabyte of its content length.
    """

    def __init__(self, room: BodyRoom, most: int, seconds: float = BODY_SECONDS) -> None:
        self._room = room
        self._most = most
        self._seconds = seconds
        self._size = 0

    async def read(self, request: web.BaseRequest) -> bytes:
        """Return the body of a request.

        Raises:
            RefusedRequestError: it is too large, too slow or malformed.
        """
        self._check(request.content_length or 0)
        content = request.content
        try:
            if content.is_eof():
                # It came with the headers.
                return self._taken(content.read_nowait())
            slack = (request.content_length or 0) / _BYTES_PER_SECOND
            return await asyncio.wait_for(self._rest(content), self._seconds + slack)
        except asyncio.TimeoutError:
            raise RefusedRequestError(408, "slow", "the body did not arrive in time") from None
        except (HttpProcessingError, web.RequestPayloadError):
            raise RefusedRequestError(
                400, "bad_body", "the body does not match its headers"
            ) from None
        except ConnectionError:
            # Nobody reads the answer, but this program is not at fault.
            raise RefusedRequestError(400, "client_hung_up", "the rest did not come") from None

    async def _rest(self, content: StreamReader) -> bytes:
        parts: list[bytes] = []
        try:
            while True:
                part = await content.readany()
                if not part and content.at_eof():
                    return b"".join(parts)
                parts.append(self._taken(part))
        finally:
            # An error refers to this frame, in a circle that may be there for long.
            parts.clear()

    def release(self) -> None:
        """Give back the room."""
        self._room.give(self._size)
        self._size = 0

    def _taken(self, part: bytes) -> bytes:
        self._check(self._size + len(part))
        self._room.take(len(part))
        self._size += len(part)
        return part

    def _check(self, size: int) -> None:
        if size > self._most:
            raise RefusedRequestError(
                413, "too_large", f"the body is too large; valid: up to {self._most} bytes"
            )
