"""Threads and locks of the operating system, also where gevent or eventlet have replaced Python's.

The threads of this package wait for disks and sockets. As greenlets they would hold up the hub,
and every request with it; a lock that was made before the replacement and is waited for after it
would hold it up for good. So both are taken from where neither library replaces anything.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from types import BuiltinFunctionType
from typing import Any, Callable, Optional

_SHORTEST_NAP = 0.0005
_LONGEST_NAP = 0.01


def _original(name: str) -> Any:
    """Return a function of `_thread` as it was before it was replaced."""
    gevent, eventlet = sys.modules.get("gevent.monkey"), sys.modules.get("eventlet.patcher")
    if gevent is not None:
        return gevent.get_original("_thread", name)
    if eventlet is not None:
        return getattr(eventlet.original("_thread"), name)
    return getattr(_thread, name)


_start_new_thread = _original("start_new_thread")
# Makes a lock that is not reentrant.
allocate_lock = _original("allocate_lock")
get_ident: Callable[[], int] = _original("get_ident")
# A reentrant one, which nobody replaces here. For callers' threads alone: eventlet replaces those
# that exist by its own, which only the greenlets of one thread may share.
RLock = _thread.RLock


def start_thread(run: Callable[[], None], name: Optional[str] = None) -> None:
    """Run a function in a thread that does not hold up the end of the process.

    Args:
        run: raises nothing.
        name: shown by debuggers. A signal handler gives none: it may have interrupted
            `threading` itself, which is left out then.

    Raises:
        RuntimeError: no thread can be had.
    """
    if name is None or _thread.start_new_thread is not _start_new_thread:
        _start_new_thread(run, ())
    else:
        threading.Thread(target=run, name=name, daemon=True).start()


class Mutex:
    """A reentrant lock between threads of this module; callers' threads must not take it."""

    __slots__ = ("_depth", "_lock", "_owner")

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._owner: Optional[int] = None
        self._depth = 0

    def __enter__(self) -> None:
        me = get_ident()
        if self._owner != me:
            self._lock.acquire()
            self._owner = me
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._lock.release()


class Latch:
    """Set once, by any thread or signal handler, for all who wait for it."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()
        # Emptied by the one call of `set` that releases the lock.
        self._left = [None]
        self._is_set = False

    def set(self) -> None:
        """Let everybody go on."""
        self._is_set = True
        try:
            self._left.pop()
        except IndexError:
            return
        self._lock.release()

    def is_set(self) -> bool:
        """Return whether it is set."""
        return self._is_set

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Wait, and let other greenlets run meanwhile where there are any.

        Args:
            timeout: seconds; None waits as long as it takes.

        Returns:
            Whether it is set.
        """
        if isinstance(time.sleep, BuiltinFunctionType):
            return self.wait_natively(timeout)
        deadline = None if timeout is None else time.monotonic() + timeout
        nap = _SHORTEST_NAP
        while not self._is_set:
            left = _LONGEST_NAP if deadline is None else deadline - time.monotonic()
            if left <= 0:
                break
            try:
                time.sleep(min(nap, left))
            except Exception:  # noqa: BLE001  each library has its own
                # The hub itself, which nobody can run meanwhile.
                return self.wait_natively(None if deadline is None else left)
            nap = min(2 * nap, _LONGEST_NAP)
        return self._is_set

    def wait_natively(self, timeout: Optional[float] = None) -> bool:
        """Wait in this thread, whatever else it runs; see `wait`."""
        seconds = -1.0 if timeout is None else min(max(0.0, timeout), threading.TIMEOUT_MAX)
        if not self._is_set and self._lock.acquire(True, seconds):
            self._lock.release()
        return self._is_set


class Wakeup:
    """A pause of one thread that others end early.

    Unlike `threading.Event` it may be used by a signal handler that interrupts it: there is
    only one lock, locked while nobody has called.
    """

    def __init__(self) -> None:
        self._nobody_called = allocate_lock()
        self._nobody_called.acquire()

    def call(self) -> None:
        """End the pause, or the next one if there is none now."""
        try:
            self._nobody_called.release()
        except RuntimeError:  # somebody has called already
            return

    def wait(self, seconds: Optional[float]) -> bool:
        """Pause until called, or until the time is over; calls before this one end it at once.

        Args:
            seconds: from 0 up; None waits as long as it takes.

        Returns:
            Whether it was called.
        """
        called: bool = self._nobody_called.acquire(True, -1 if seconds is None else seconds)
        return called
