"""What is done before the command line is imported: Ctrl-C prints one line, streams are open."""

import _signal  # type: ignore[import-not-found]  # `signal` imports enum, which takes its time
import os
import sys

from .exits import INTERRUPTED

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_closed_streams() -> None:
    """Let closed standard streams lead to the null device.

    Otherwise the next file that is opened gets the number of a standard stream.
    """
    for number, (name, mode) in enumerate(_STREAMS):
        if getattr(sys, name) is not None:
            continue
        null = os.open(os.devnull, os.O_RDWR)
        if null != number and not _is_open(number):
            os.dup2(null, number)
            os.close(null)
            null = number
        setattr(sys, name, os.fdopen(null, mode, encoding="utf-8", closefd=False))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def leave_at_interrupt() -> None:
    """End the process in one line at Ctrl-C, until `raise_at_interrupt`.

    An exception would not do: imports of compiled modules may swallow or replace it.
    """
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _leave)


def raise_at_interrupt() -> None:
    """Raise KeyboardInterrupt at Ctrl-C again: a command has begun, which says what it left."""
    if _signal.getsignal(_signal.SIGINT) is _leave:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _leave(*_: object) -> None:
    os.write(2, b"interrupted; nothing was written\n")
    os._exit(INTERRUPTED)
