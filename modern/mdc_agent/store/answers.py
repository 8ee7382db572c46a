"""Who waits for an event to be stored; those in an event loop are told in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Optional, Union

Told = Callable[[Optional[Exception]], None]
Waiter = Union["asyncio.Future[None]", Told]


def tell(waiters: Iterable[Waiter], error: Exception | None = None) -> None:
    """Tell all that their events are stored, or why they are not; from any thread."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for waiter in waiters:
        if isinstance(waiter, asyncio.Future):
            by_loop.setdefault(waiter.get_loop(), []).append(waiter)
        else:
            waiter(error)
    for loop, futures in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, futures, error)
        except RuntimeError:
            continue  # the loop is closed: nobody waits any more


def _settle(futures: list[asyncio.Future[None]], error: BaseException | None) -> None:
    for future in futures:
        if future.done():
            continue  # who waited has gone
        if error is None:
            future.set_result(None)
        else:
            # One for each: an error refers to all that it came through, and so to their events.
            future.set_exception(type(error)(*error.args))
