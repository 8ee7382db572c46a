"""What has to happen in a forked child, on every Python and under every server."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, List

_pid = os.getpid()
_callbacks: List[Callable[[], None]] = []


def call_in_child(callback: Callable[[], None]) -> None:
    """Call back in every child that this process forks from now on, in the order of registration.

    Python 3.6 cannot say when it forks: there `os.fork` is replaced, which servers and
    `multiprocessing` call by this name. uWSGI forks in C and does not tell Python either, but
    calls a hook of its own, which a script may replace: see `notice`.

    Args:
        callback: must not raise.
    """
    _callbacks.append(callback)
    if len(_callbacks) > 1:
        return
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_start_over)
    elif hasattr(os, "fork"):
        os.fork = _followed_by_calls(os.fork)
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is not None:
        uwsgi.post_fork_hook = _preceded_by_notice(  # type: ignore[attr-defined]
            getattr(uwsgi, "post_fork_hook", None)
        )


def are_noticed() -> bool:
    """Return whether no fork needs `notice`: under uWSGI others may replace the hook."""
    return "uwsgi" not in sys.modules


def notice() -> None:
    """Call the callbacks if this process is a child in which they were not called yet."""
    if os.getpid() != _pid:
        _start_over()


def _start_over() -> None:
    global _pid
    _pid = os.getpid()
    for callback in _callbacks:
        callback()


def _followed_by_calls(fork: Callable[[], int]) -> Callable[[], int]:
    @functools.wraps(fork)
    def fork_and_call() -> int:
        child = fork()
        if child == 0:
            _start_over()
        return child

    return fork_and_call


def _preceded_by_notice(hook: Any) -> Callable[[], None]:
    def notice_and_go_on() -> None:
        notice()
        if hook is not None:
            hook()

    return notice_and_go_on
