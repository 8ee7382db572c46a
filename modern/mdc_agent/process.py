"""What concerns the whole process: its event loop, and the memory that large bodies leave behind.

A connection that ends refers to itself, with what it has buffered, until cycles are looked for; and
glibc keeps what was freed in its heap while anything above it is in use.
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

# Events wait for their batch and go without cycles: what the collector looks through, again and
# again, is alive. Of allocations beyond what was freed.
_YOUNG = 50_000
# Bytes of bodies, after which it looks for cycles: some milliseconds.
_MANY = 64 * 1024 * 1024
# From glibc's malloc.h.
_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


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


def take_large_blocks_alone() -> None:
    """Let each large block be the system's again when it is freed; for the whole process."""
    # Other libraries of C have no such thing, and may need none.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


class Leftovers:
    """Looks for cycles whenever many bytes have passed; used in one thread."""

    def __init__(self) -> None:
        self._passed = 0

    def passed(self, size: int) -> None:
        """So many bytes are not needed any more."""
        self._passed += size
        if self._passed >= _MANY:
            self._passed = 0
            gc.collect()
