"""Ctrl-C while the command line is imported and understood: there is nothing to put in order."""

import _signal  # type: ignore[import-not-found]  # `signal` imports enum, which takes its time
import os

from .exits import INTERRUPTED


def leave_at_interrupt() -> None:
    """End the process in one line at Ctrl-C, until `raise_at_interrupt`.

    Not by an exception, which imports of compiled modules may swallow, or make another of.
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
