"""One event on its way through a lane, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Optional, Union

from mdc_core.data.events import RawFile
from mdc_core.errors import StoreError

from ..stored_event import StoredEvent

OnStored = Callable[[Optional[Exception]], None]
Waiter = Union["asyncio.Future[None]", OnStored]


# With slots it is made, and read, in less time.
@dataclass(eq=False, slots=True)
class Item:
    """One event on its way through a lane.

    Attributes:
        collection: of the event.
        event: the line is made of it; None once the line is made, so that little memory waits: to
            free memory later costs several times as much.
        folder: of its line.
        raw_folder: of a body that becomes a file.
        source: JSON text of the field.
        keys: of all ids that its line stands for, first that of the id in the line; empty for an
            event that nobody will repeat.
        size: in memory, in bytes.
        waiter: is notified when it is stored or lost.
        line: of the event; empty until it is made.
    """

    collection: str
    event: StoredEvent | None
    folder: str
    raw_folder: str
    source: bytes
    keys: Sequence[bytes]
    size: int
    waiter: Waiter
    line: bytes = b""
    raw: RawFile | None = None
    is_finished: bool = False


Done = Callable[[Sequence[Item], "StoreError | None"], None]


def notify(waiters: Iterable[Waiter], error: Exception | None = None) -> None:
    """Notify all that their events are stored, or why they are not; from any thread."""
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
            continue  # the waiting task was cancelled
        if error is None:
            future.set_result(None)
        else:
            # One for each: an error refers to all that it came through, and so to their events.
            future.set_exception(type(error)(*error.args))
