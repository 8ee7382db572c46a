"""How requests are answered: bytes that are made once a second, or why one is refused."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

SERVER = "mdc-agent"
RETRY_SECONDS = 1


class RefusedRequestError(Exception):
    """A request that is answered with an error.

    Args:
        status: of HTTP.
        reason: a word, under which it is counted.
        message: what is wrong and what is valid; repeats nothing that was sent.

    Attributes:
        collection: that it was for, of the deployment's; empty while that is not known.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.collection = ""

    def response(self) -> web.Response:
        """Return the answer."""
        response = web.json_response(
            {"reason": self.reason, "message": self.message}, status=self.status
        )
        if self.status == 503:
            response.headers["Retry-After"] = str(RETRY_SECONDS)
        elif self.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        elif self.status == 405:
            response.headers["Allow"] = self.message[len("valid: ") :]
        return response


class StoredAnswer(web.StreamResponse):
    """Answers 200 to any number of requests; spares each of them a dictionary of headers."""

    @property
    def keep_alive(self) -> bool:
        """Always."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write all of it."""
        await request.writer.write(_answer(int(time.time())))
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write no more."""


_ANSWER = StoredAnswer()


def stored_answer(request: web.BaseRequest) -> web.StreamResponse:
    """Return what answers a request whose event is stored."""
    if request.keep_alive and request.version == HttpVersion11:
        return _ANSWER
    return web.Response(headers={"Server": SERVER})


@lru_cache(maxsize=1)
def _answer(second: int) -> bytes:
    date = formatdate(second, usegmt=True)
    return (
        f"HTTP/1.1 200 OK\r\nServer: {SERVER}\r\nContent-Length: 0\r\nDate: {date}\r\n\r\n"
    ).encode()
