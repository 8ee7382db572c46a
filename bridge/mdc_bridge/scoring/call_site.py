"""Where a call was made: by which runs of functions, in which thread and task.

What a thread, a task or a worker of a pool does for several requests, it does in one context. The
call stack tells them apart: `run` collects inputs and goes on to collect outputs, while a worker
that is handed the two calls, or a loop that serves request after request, comes to the outputs in
another run of a function, or at an instruction that the first does not lead to.

A run is known by a mark on its frame, in the place of a trace function, which goes with the frame
and keeps nothing alive. Up to Python 3.9 that place would freeze the frame's line number; there
marks are kept by the address of a frame, and the switch for its line events says that it has one.
Python 3.6 has no such switch, so there no run is known, and what needs one is in doubt. Where a
debugger or coverage traces, the mark calls the trace function that it replaced. A tracer replaces
the mark each time a generator or coroutine goes on, so there the frame itself is kept instead.
"""

from __future__ import annotations

import inspect
import sys
import threading
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import takewhile
from types import CodeType, FrameType
from typing import Any, Dict, Optional, Tuple

from .control_flow import always_passes, leads_to

_FARTHEST = 64


class _RunMark:
    """The mark of one run, a trace function that does what the one in its place did.

    Args:
        theirs: that one; None where nothing traced the run.
    """

    __slots__ = ("_theirs",)

    def __init__(self, theirs: Optional[Callable[..., Any]] = None) -> None:
        self._theirs = theirs

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self._theirs is None:
            return None
        # What it returns takes its place, as Python would have it.
        self._theirs = self._theirs(frame, event, argument) or self._theirs
        return self


_GOES_ON_AGAIN = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def _is_taken_anew(frame: FrameType) -> bool:
    return sys.gettrace() is not None and bool(frame.f_code.co_flags & _GOES_ON_AGAIN)


if sys.version_info >= (3, 10):

    def _set_mark(frame: FrameType) -> Optional[Hashable]:
        run = frame.f_trace
        if type(run) is not _RunMark:
            if _is_taken_anew(frame):
                return frame
            run = frame.f_trace = _RunMark(run)
        return run

    def _mark_of(frame: FrameType) -> Hashable:
        run = frame.f_trace
        return run if type(run) is _RunMark else frame

else:
    _MOST_RUNS = 4096
    # The runs of frames by address. Their switch is off; a new frame at the same address has it on.
    _runs: Dict[int, Hashable] = {}

    _HAS_SWITCH = hasattr(FrameType, "f_trace_lines")

    def _set_mark(frame: FrameType) -> Optional[Hashable]:
        run = frame.f_trace
        if type(run) is _RunMark or _is_taken_anew(frame):
            return _mark_of(frame)
        if run is not None:
            run = frame.f_trace = _RunMark(run)
            return run
        if not _HAS_SWITCH:
            return None
        if frame.f_trace_lines or id(frame) not in _runs:
            if len(_runs) >= _MOST_RUNS:
                _runs.clear()
            frame.f_trace_lines = False
            _runs[id(frame)] = _RunMark()
        return _mark_of(frame)

    def _mark_of(frame: FrameType) -> Hashable:
        if type(frame.f_trace) is _RunMark:
            return frame.f_trace
        return frame if getattr(frame, "f_trace_lines", True) else _runs.get(id(frame), frame)


# Where a run was: offset of the instruction, and its code.
CodePlace = Tuple[int, CodeType]


class CallSite:
    """Where a call was made.

    Args:
        caller: the frame that made it.
        depth: how many runs are noted: that of the caller, then those that called it.
        before: where an earlier such call of the same context was made.

    Attributes:
        runs: where the noted runs were, by their marks, the caller's first.
        shared_run: the nearest run that made the earlier call as well; None if there is none.
        is_first: the nearest run that made the earlier call as well made that one at another
            instruction, so that this is the same round of a loop; or there is no such run.
    """

    __slots__ = ("_task", "_thread", "is_first", "runs", "shared_run")

    def __init__(self, caller: FrameType, depth: int, before: Optional[CallSite]) -> None:
        self._thread = threading.get_ident()
        task = _current_task() if "asyncio" in sys.modules else None
        self._task = None if task is None else weakref.ref(task)
        self.runs: Dict[Hashable, CodePlace] = {}
        frame: Optional[FrameType] = caller
        while frame is not None and depth > 0:
            mark = _set_mark(frame)
            if mark is not None:
                self.runs[mark] = frame.f_lasti, frame.f_code
            frame = frame.f_back
            depth -= 1
        self.shared_run: Optional[Hashable] = None
        self.is_first = True
        if before is not None:
            for run, place in self.runs.items():
                if run in before.runs:
                    self.shared_run = run
                    self.is_first = place[0] != before.runs[run][0]
                    break

    def is_in_this_thread(self) -> bool:
        """Return whether the call was made in the thread that runs."""
        return self._thread == threading.get_ident()

    def leads_to(
        self,
        caller: FrameType,
        before_is_settled: bool,
        later: Callable[[], Iterable[CallSite]] = tuple,
    ) -> Optional[bool]:
        """Return whether the call, and what was done after it, led to the one of a frame.

        The nearest of the noted runs that still goes on decides. It is the frame's or called it;
        or, in a copy of the call's context, it waits in another thread or task for what is done.

        Args:
            caller: the frame.
            before_is_settled: what an earlier call of the same run led to is known.
            later: returns where such calls for other models were made since.

        Returns:
            None where nothing is known of the runs.
        """
        task = _current_task() if "asyncio" in sys.modules else None
        ours = None if self._task is None else self._task()
        if task is not None and task is not ours:
            return None
        mark = _mark_of(caller)
        run = (mark, caller) if mark in self.runs else self._nearest(_stack(caller.f_back))
        if run is None and task is None and not self.is_in_this_thread():
            # A task is there, too, while it is about to wait.
            waiting = sys._current_frames().get(self._thread)  # noqa: SLF001  it is documented
            run = self._nearest(_stack(waiting)) or self._nearest(_awaiting(ours))
        if run is None:
            return None
        mark, frame = run
        # Another run of what collected the inputs may have done so, or not.
        if frame is not caller and self._is_run_again(frame, caller):
            return False
        is_shared = mark is self.shared_run
        if is_shared and not before_is_settled:
            return False
        may_leave = self.is_first or not is_shared
        code, begin, end = frame.f_code, self.runs[mark][0], frame.f_lasti
        if leads_to(code, begin, end, may_leave, False):
            return True
        return leads_to(code, begin, end, may_leave, True) and self._repeats(mark, later)

    def _repeats(self, mark: Hashable, later: Callable[[], Iterable[CallSite]]) -> bool:
        """Return whether a run that comes by its place again has made the call again."""
        place = self.runs[mark]
        if any(site.runs.get(mark) == place for site in later()):
            return False
        inner = takewhile(lambda run: run != mark, self.runs)
        return all(always_passes(code, at) for at, code in map(self.runs.__getitem__, inner))

    @staticmethod
    def _is_run_again(frame: FrameType, caller: FrameType) -> bool:
        between = takewhile(lambda inner: inner is not frame, _stack(caller))
        return any(inner.f_code is frame.f_code for inner in between)

    def _nearest(self, frames: Iterator[FrameType]) -> Optional[Tuple[Hashable, FrameType]]:
        for frame in frames:
            mark = _mark_of(frame)
            if mark in self.runs:
                return mark, frame
        return None


def _current_task() -> Any:
    """Return the asyncio task that runs in this thread, None outside of any."""
    asyncio = sys.modules.get("asyncio")
    running_loop = getattr(asyncio, "_get_running_loop", None)
    loop = running_loop() if running_loop is not None else None
    current_task = getattr(asyncio, "current_task", None)  # not in Python 3.6
    return None if current_task is None or loop is None else current_task(loop)


def _stack(frame: Optional[FrameType]) -> Iterator[FrameType]:
    for _ in range(_FARTHEST):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def _awaiting(task: Any) -> Iterator[FrameType]:
    """Yield the frames of a waiting task's coroutines, the outermost first."""
    get_coro = getattr(task, "get_coro", None)
    coroutine = get_coro() if get_coro is not None else getattr(task, "_coro", None)
    for _ in range(_FARTHEST):
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if frame is None:
            return
        yield frame
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
