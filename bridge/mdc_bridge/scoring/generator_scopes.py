"""Requests that a generator marks, which is the one thing that shares its context with its caller.

What a generator enters stays entered when it yields, also for the next generator that its caller
advances, and what that enters, for the first. So such a mark counts where its generator runs: it is
looked for on the call stack, and in the threads that run copies of its context meanwhile.
"""

from __future__ import annotations

import inspect
import sys
import threading
from types import FrameType
from typing import Any, Dict, Optional

_GENERATOR = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_ENTERING = {"__enter__", "__aenter__"}


class Holder:
    """A generator in whose block a request is served.

    Attributes:
        scope: the request.
        is_alone: no other has been in its thread as long as it was.
        is_over: the block is at an end.
    """

    __slots__ = ("_before", "_frame", "_thread", "is_alone", "is_over", "scope")

    def __init__(self, frame: FrameType, scope: Any) -> None:
        self.scope = scope
        self._thread = threading.get_ident()
        self._frame: Optional[FrameType] = frame
        self._before = holders.get(frame)
        self.is_over = False
        others = [each for each in list(holders.values()) if each.is_of_this_thread]
        self.is_alone = not others
        for other in others:
            other.is_alone = False
        holders[frame] = self

    @property
    def is_of_this_thread(self) -> bool:
        """Whether the block was entered in the thread that runs."""
        return self._thread == threading.get_ident()

    @property
    def is_certain_elsewhere(self) -> bool:
        """Whether copies of its context are of the request: it runs, and was alone all the time."""
        return self.is_alone and self._frame is not None and self._frame.f_back is not None

    def leave(self) -> None:
        """The block is at an end."""
        frame, self._frame = self._frame, None
        self.is_over = True
        if frame is None:
            return
        if self._before is not None and not self._before.is_over:
            holders[frame] = self._before
        else:
            holders.pop(frame, None)


# By the frame of the generator, which stays as long as the block.
holders: Dict[FrameType, Holder] = {}


def enter(frame: FrameType, scope: Any) -> Optional[Holder]:
    """Return what holds a request that is entered; None where that is not a generator.

    Args:
        frame: that enters.
        scope: the request.
    """
    holder: Optional[FrameType] = frame
    while holder is not None:
        if holder.f_code.co_flags & _GENERATOR and not _is_contextlib(holder.f_back):
            return Holder(holder, scope)
        # A context manager enters for the function that uses it.
        is_between = holder.f_code.co_flags & _GENERATOR or holder.f_code.co_name in _ENTERING
        if not (is_between or _is_contextlib(holder)):
            return None
        holder = holder.f_back
    return None


def running_here() -> Optional[Holder]:
    """Return the innermost that runs in this thread."""
    frame: Optional[FrameType] = sys._getframe(1)  # noqa: SLF001  there is no other way
    while frame is not None:
        holder = holders.get(frame)
        if holder is not None:
            return holder
        frame = frame.f_back
    return None


def _is_contextlib(frame: Optional[FrameType]) -> bool:
    return frame is not None and frame.f_globals.get("__name__") == "contextlib"
