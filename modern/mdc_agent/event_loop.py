"""The event loop of the service: uvloop's where it is installed."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")

# Events wait for their batch and go without cycles: what the collector looks through, again and
# again, is alive. Of allocations beyond what was freed.
_YOUNG = 50_000


def run(main: Coroutine[Any, Any, int]) -> int:
    """Return what a coroutine returns, run to its end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    code: int = uvloop.run(main)
    return code


async def in_thread(function: Callable[[], _T]) -> _T:
    """Return what a function returns in a thread that nobody waits for at the end.

    The loop's own threads are waited for, also one whose file system does not answer.
    """
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001  who awaits it gets it
            future.set_exception(error)

    threading.Thread(target=run, name="mdc-agent-files", daemon=True).start()
    return await asyncio.wrap_future(future)
