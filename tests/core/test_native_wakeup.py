"""A pause ends when somebody calls, also before it begins and from a signal handler."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import Optional

from mdc_core.native import Wakeup

_LONG = 60.0


def test_a_call_ends_the_pause() -> None:
    """A thread that pauses goes on when another one calls."""
    wakeup = Wakeup()
    thread = threading.Thread(target=wakeup.wait, args=(_LONG,))
    thread.start()
    wakeup.call()
    thread.join(_LONG / 2)
    assert not thread.is_alive()


def test_calls_before_a_pause_end_one() -> None:
    """Any number of calls end the next pause at once, and the one after takes its time."""
    wakeup = Wakeup()
    for _ in range(3):
        wakeup.call()
    began = time.monotonic()
    wakeup.wait(_LONG)
    wakeup.wait(0.01)
    assert 0.01 <= time.monotonic() - began < _LONG


def test_a_signal_handler_may_call_whatever_it_interrupts() -> None:
    """A handler that calls, in a thread that calls all the time, never finds it locked."""
    wakeup = Wakeup()
    handled = []

    def handle(signum: int, frame: Optional[FrameType]) -> None:
        wakeup.call()
        handled.append(signum)

    previous = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        while len(handled) < 50:
            wakeup.call()
            wakeup.wait(0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
