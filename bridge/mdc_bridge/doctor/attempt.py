"""Work that may hang, with a bound on how long is waited for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Optional

from .report import Check

# What a change that has begun gets beyond the bound, to be undone.
_UNDOING_SECONDS = 5.0


class Attempt:
    """Checks that run in a thread of their own; neither a name server nor a mount can be hurried.

    Args:
        work: called with this attempt; asks `may_change` before it changes anything.
    """

    def __init__(self, work: Callable[[Attempt], list[Check]]) -> None:
        self._work = work
        self._checks: list[Check] = []
        self._error: Optional[BaseException] = None
        # Protects the two flags: a change begins while somebody waits for it, or never.
        self._lock = threading.Lock()
        self._changing = False
        self._given_up = False
        self._done = threading.Event()

    def run(self, seconds: float) -> Optional[list[Check]]:
        """Return the checks; None when there are none after so many seconds."""
        threading.Thread(target=self._run, name="mdc-bridge doctor", daemon=True).start()
        if not self._done.wait(seconds):
            with self._lock:
                self._given_up = True
            if not (self._changing and self._done.wait(_UNDOING_SECONDS)):
                return None
        if self._error is not None:
            raise self._error
        return self._checks

    def may_change(self) -> bool:
        """Return whether something may be changed now; it will be waited for until it is undone."""
        with self._lock:
            self._changing = not self._given_up
            return self._changing

    def _run(self) -> None:
        try:
            self._checks = self._work(self)
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            self._error = error
        self._done.set()
