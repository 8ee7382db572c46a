"""The ends of a process: exit, SIGTERM and fork, so that what waits is written exactly once."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Optional

from .. import forks

_installed = False


def install(
    on_signal: Callable[[], None],
    on_exit: Callable[[], None],
    on_fork_in_child: Callable[[], None],
) -> None:
    """Register the callbacks, once for the process.

    The SIGTERM handler is set only from the main thread, the only one that may. The handler that
    was there before runs after ours, and the process ends as it would have without it.

    Args:
        on_signal: writes what waits, in bounded time.
        on_exit: the same, and closes everything.
        on_fork_in_child: makes a forked child forget what belongs to its parent.
    """
    global _installed
    if _installed:
        return
    _installed = True
    atexit.register(on_exit)
    if "multiprocessing.process" in sys.modules:
        from multiprocessing import process, util

        # Python 3.7 has no `process.parent_process`.
        if process.current_process().name != "MainProcess":
            util.Finalize(None, on_exit, exitpriority=0)  # see `_in_child`
    if threading.current_thread() is threading.main_thread():
        _chain_sigterm(on_signal)
    forks.call_in_child(lambda: _in_child(on_exit, on_fork_in_child))


def _chain_sigterm(on_signal: Callable[[], None]) -> None:
    previous = signal.getsignal(signal.SIGTERM)
    if previous is None:
        return  # set by C code: Python could not call it afterwards

    def handle(signum: int, frame: Optional[FrameType]) -> Any:
        on_signal()
        if callable(previous):
            return previous(signum, frame)
        if previous == signal.SIG_DFL:
            signal.signal(signum, signal.SIG_DFL)
            os.kill(os.getpid(), signum)
        return None

    signal.signal(signal.SIGTERM, handle)


def _in_child(on_exit: Callable[[], None], on_fork_in_child: Callable[[], None]) -> None:
    on_fork_in_child()
    if "multiprocessing.util" in sys.modules:
        # Its children leave through os._exit: only its own finalizers run.
        _finalize_with_multiprocessing(on_exit)


def _finalize_with_multiprocessing(on_exit: Callable[[], None]) -> None:
    from multiprocessing import util

    util.register_after_fork(on_exit, lambda obj: util.Finalize(None, obj, exitpriority=0))
