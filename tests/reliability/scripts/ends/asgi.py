"""An ASGI application: `/fast/1` collects 1, `/slow/1` does so after a while."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable

import numbers_collected

SECONDS = 0.6
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


async def application(scope: Any, receive: Receive, send: Send) -> None:
    """Answer a request, or go through the start and the end of the server."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                numbers_collected.at("init")
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    _, pace, number = scope["path"].split("/")
    if pace == "slow":
        await asyncio.sleep(SECONDS)
    accepted = numbers_collected.collect(int(number))
    start = {"type": "http.response.start", "status": 200 if accepted else 503, "headers": []}
    await send(start)
    await send({"type": "http.response.body", "body": number.encode()})
