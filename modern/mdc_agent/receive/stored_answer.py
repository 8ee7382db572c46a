"""The answer to an event that is stored: bytes that are made once a second."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

SERVER = "mdc-agent"


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
