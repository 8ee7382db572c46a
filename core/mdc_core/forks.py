"""What has to happen in a forked child, on every Python."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable


def call_in_child(callback: Callable[[], None]) -> None:
    """Call back in every child that this process forks from now on, in the order of registration.

    Python 3.6 cannot say when it forks: there `os.fork` is replaced, which servers and
    `multiprocessing` call by this name. A fork by C code, as uWSGI's, goes unnoticed there.

    Args:
        callback: must not raise.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=callback)
    elif hasattr(os, "fork"):
        os.fork = _followed_by(callback, os.fork)


def _followed_by(callback: Callable[[], None], fork: Callable[[], int]) -> Callable[[], int]:
    @functools.wraps(fork)
    def fork_and_call() -> int:
        child = fork()
        if child == 0:
            callback()
        return child

    return fork_and_call
