"""How one thread ends another's pause."""

from __future__ import annotations

from typing import Optional

from . import native


class Wakeup:
    """A pause of one thread that others end early.

    Unlike `threading.Event` it may be used by a signal handler that interrupts it: there is
    nothing but one lock, locked while nobody has called.
    """

    def __init__(self) -> None:
        self._nobody_called = native.allocate_lock()
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
