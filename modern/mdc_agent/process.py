"""What concerns the whole process: its event loop, and the memory that large bodies leave behind.

A closed connection refers to itself, and keeps its buffers until cycles are collected; and glibc
keeps freed memory in its heap while anything above it is in use.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")

# Threshold of the youngest generation. Events wait for their batch and have no cycles, so frequent
# collections would look through them, again and again, in vain.
_YOUNG = 50_000
# Cycles are collected after so many bytes of bodies; it takes some milliseconds.
_MANY = 64 * 1024 * 1024
# From glibc's malloc.h.
_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run a coroutine to its end, and return its result."""
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
    """Return the result of a function, run in a thread that the end of the process does not await.

    The loop's own threads are waited for, also one whose file system does not answer.
    """
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001  raised where the future is awaited
            future.set_exception(error)

    threading.Thread(target=run, name="mdc-agent-files", daemon=True).start()
    return await asyncio.wrap_future(future)


def take_large_blocks_alone() -> None:
    """Give each large block back to the system when it is freed; for the whole process."""
    # Other libraries of C have no such thing, and may need none.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


class CycleSearch:
    """Looks for cycles whenever many bytes have passed; used in one thread."""

    def __init__(self) -> None:
        self._passed = 0

    def passed(self, size: int) -> None:
        """So many bytes are not needed any more."""
        self._passed += size
        if self._passed >= _MANY:
            self._passed = 0
            gc.collect()
