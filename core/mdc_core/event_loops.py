"""Whether this thread runs an event loop, which nothing of ours may hold up."""

from __future__ import annotations

import sys
import time
from types import BuiltinFunctionType
from typing import Any


def would_be_blocked() -> bool:
    """Return whether a wait here would hold up an event loop and all that it serves.

    Of gevent and eventlet that is the hub itself, and each greenlet, but for the thread's own.
    Where they have replaced `time.sleep` greenlets may: they let others run while they wait.
    """
    return (
        _answer("asyncio", "_get_running_loop") is not None
        or _is_asynchronous()
        or _is_held_up(_answer("gevent._hub_local", "get_hub_if_exists"))
        or _is_held_up(_hub_of_eventlet())
    )


def _answer(module: str, function: str) -> Any:
    found = getattr(sys.modules.get(module), function, None)
    return None if found is None else found()


def _is_asynchronous() -> bool:
    """Return whether another library runs here that says so, as trio does."""
    sniffio = sys.modules.get("sniffio")
    if sniffio is None:
        return False
    try:
        return bool(sniffio.current_async_library())
    except sniffio.AsyncLibraryNotFoundError:
        return False


def _is_held_up(hub: Any) -> bool:
    if hub is None:
        return False
    current = _answer("greenlet", "getcurrent")
    is_other = current is not None and current.parent is not None
    return current is hub or (is_other and isinstance(time.sleep, BuiltinFunctionType))


def _hub_of_eventlet() -> Any:
    hub = getattr(getattr(sys.modules.get("eventlet.hubs"), "_threadlocal", None), "hub", None)
    return getattr(hub, "greenlet", None)
