"""Telling what interrupts a thread from what a cell of collected data raised."""

from __future__ import annotations

import signal
import threading
import traceback
from types import CodeType
from typing import Any, Callable, Iterator, Optional

from .errors import CellError


def is_interrupt(error: BaseException) -> bool:
    """Return whether an exception is meant for the code that runs, whatever it was doing.

    Such are Ctrl-C and what a handler of a signal raises: servers end their workers by `sys.exit`
    in one. They come up in the main thread, between any two instructions. All else that is raised
    while cells are copied or shown is the cells' own, also what is not an `Exception`.
    """
    if threading.current_thread() is not threading.main_thread():
        return False
    if isinstance(error, KeyboardInterrupt):
        return True
    handlers = set(_handlers())
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in handlers:
            return True
        trace = trace.tb_next
    return False


def of_data(function: Callable[[Any], Any], data: Any) -> Any:
    """Call what runs code of the data's classes.

    Raises:
        CellError: they raised something that is not an `Exception`.
    """
    try:
        return function(data)
    except Exception:
        raise
    except BaseException as error:
        if is_interrupt(error):
            raise
        raise CellError(f"collect failed: the data raised {type(error).__name__}") from error


def shown(error: BaseException) -> str:
    """Return what an error says; unlike `repr`, this cannot fail whatever the error is."""
    return "".join(traceback.format_exception_only(type(error), error)).strip()


def _handlers() -> Iterator[CodeType]:
    """Yield the code of all handlers of signals that are written in Python."""
    for number in range(1, signal.NSIG):
        try:
            handler = signal.getsignal(number)
        except ValueError:  # no signal of this system
            continue
        code = _code_of(handler)
        if code is not None:
            yield code


def _code_of(handler: Any) -> Optional[CodeType]:
    function = getattr(handler, "func", handler)  # of a partial
    function = getattr(function, "__func__", function)  # of a method
    for found in (function, vars(type(function)).get("__call__")):
        code = getattr(found, "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None
