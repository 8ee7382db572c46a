"""Turns at the interpreter: the writer's thread works in slices, and callers let it have them.

A thread that waits for the interpreter's lock gets it after 5 ms (`sys.getswitchinterval`, which
belongs to the user), or later if a call into C holds it. A request would wait so long for the
writer. The writer would wait so long for each request, or for ever: where numpy releases the lock
for a microsecond, the waiting thread is too slow to take it, and its 5 ms begin again. So both give
way: the writer after each slice, and a caller when many events wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .native import Wakeup

# What a request waits for at a time, and 50 us for the change of threads. In a loop of requests of
# 150 us that do nothing else, p99 of a request is 0.5 ms with it, and 5 ms without slices. Shorter
# ones do not lower p99, but take turns so often that the median rises from 0.17 to 0.3 ms.
SLICE_SECONDS = 0.00015
# As long as nothing is collected meanwhile: naps at 200 events/s cost a third of the writer's CPU.
QUIET_SLICE_SECONDS = 0.0005
# Long enough for another thread to wake up and take the lock: one that is given up for less is
# taken back before.
NAP_SECONDS = 0.00005
# A caller that gives way goes on after this when the writer does not come, because a disk keeps it,
# and does not give way again for a while, which doubles.
PATIENCE_SECONDS = 0.0001
RESPITE_SECONDS = 0.0005
LONGEST_RESPITE_SECONDS = 0.01


class Turns:
    """Slices of one writer, and how callers let it have one.

    Args:
        is_hurried: whether somebody waits for what the writer does, so that it naps no more.
        accepted: returns how many events the callers have put so far.
        clock: seconds.
    """

    def __init__(
        self,
        is_hurried: Callable[[], bool] = lambda: False,
        accepted: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._is_hurried = is_hurried
        self._accepted = accepted
        self._clock = clock
        self._since = clock()
        self._accepted_before = 0
        # Whether a caller is giving way, and whether the writer has used that.
        self._is_waited_for = False
        self._has_come = False
        # Until then no caller gives way.
        self._respite_until = clock()
        self._respite = RESPITE_SECONDS
        self._slice_over = Wakeup()
        self._never_called = Wakeup()

    def begin(self) -> None:
        """The writer begins to work, with a new slice."""
        self._since = self._clock()

    def breathe(self) -> None:
        """Give up the interpreter for a moment when a slice is over; called often, by the writer.

        What lies between two calls should take much less than a slice.
        """
        self._has_come = True
        took = self._clock() - self._since
        if took >= SLICE_SECONDS:
            accepted = self._accepted()
            is_quiet = accepted == self._accepted_before and not self._is_waited_for
            if is_quiet and took < QUIET_SLICE_SECONDS:
                return
            self._accepted_before = accepted
            if not self._is_hurried():
                if self._is_waited_for:
                    self._slice_over.call()
                self._never_called.wait(NAP_SECONDS)
            self._since = self._clock()

    def end(self) -> None:
        """The writer rests from now on: nobody needs to wait for it."""
        self._has_come = True
        if self._is_waited_for:
            self._slice_over.call()

    def give(self) -> None:
        """Let the writer have a slice; called by a caller, who has the interpreter."""
        if self._is_waited_for or self._clock() < self._respite_until:
            return
        self._slice_over.wait(0)  # a call that came when the caller before had gone on
        self._since = self._clock()
        self._has_come = False
        self._is_waited_for = True
        try:
            self._slice_over.wait(PATIENCE_SECONDS)
        finally:
            self._is_waited_for = False
        if self._has_come:
            self._respite = RESPITE_SECONDS
        else:
            self._respite_until = self._clock() + self._respite
            self._respite = min(2 * self._respite, LONGEST_RESPITE_SECONDS)
