"""Where calls were made: runs of functions are distinguished, and nothing of them is changed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Optional

import pytest

from mdc_bridge.scoring.call_site import CallSite


def _here(before: Optional[CallSite] = None, depth: int = 1) -> CallSite:
    return CallSite(sys._getframe(1), depth, before)


def _leads_here(site: CallSite, settled: bool = True) -> Optional[bool]:
    return site.leads_to(sys._getframe(1), settled)


def test_the_same_run_of_a_function() -> None:
    """What it does next is led to, also in functions that it calls."""

    def deeper(levels: int) -> Optional[bool]:
        return deeper(levels - 1) if levels else _leads_here(site)

    site = _here()
    assert _leads_here(site)
    assert deeper(20)


def test_another_run_of_the_same_function() -> None:
    """Nothing is known of it, though its frame may lie where the other's did."""

    def run(site: Optional[CallSite]) -> Any:
        return _here() if site is None else _leads_here(site)

    sites = [run(None) for _ in range(100)]
    assert {run(site) for site in sites} == {None}


def test_a_run_that_failed_and_whose_frames_are_kept() -> None:
    """A traceback keeps frames, but it does not make them run."""
    sites: list[CallSite] = []

    def run() -> None:
        sites.append(_here())
        raise ValueError

    with pytest.raises(ValueError) as kept:  # noqa: PT011  it is this module's
        run()
    assert kept.traceback
    assert _leads_here(sites[0]) is None


@pytest.mark.parametrize("depth", [1, 3])
def test_a_run_within_a_run_of_the_same_function(depth: int) -> None:
    """Whoever calls itself for the next request may not have collected inputs there."""

    def serve(site: Optional[CallSite]) -> list[Optional[bool]]:
        if site is None:
            site = _here(depth=depth)
            return [_leads_here(site), *serve(site)]
        return [_leads_here(site), helper(site)]

    def helper(site: CallSite) -> Optional[bool]:
        return _leads_here(site)

    assert serve(None) == [True, False, False]


def test_functions_that_called_the_run_are_noted_as_far_as_asked() -> None:
    """With a depth of two, what the caller's caller does next is led to."""

    def helper(depth: int) -> CallSite:
        return _here(depth=depth)

    one, two = helper(1), helper(2)
    assert _leads_here(one) is None
    assert _leads_here(two)


def test_another_round_of_a_loop() -> None:
    """A function called again from the same place does not belong to its earlier run."""

    def collect(site: Optional[CallSite]) -> Any:
        return _here(depth=2) if site is None else _leads_here(site)

    answers: list[Any] = [None]
    for _ in range(3):
        answers.append(collect(answers[-1] if isinstance(answers[-1], CallSite) else None))
    assert answers[2] is False


def test_a_call_before_that_is_not_settled() -> None:
    """Of two calls of one run nobody knows which leads here, unless the first is done with."""
    first = _here()
    second = _here(first)
    assert _leads_here(second, settled=False) is False
    assert _leads_here(second, settled=True)


def test_a_thread_that_waits() -> None:
    """Another thread is led to while the run waits for it, and no longer."""
    answers: list[Optional[bool]] = []

    def run() -> CallSite:
        site = _here()
        thread = threading.Thread(target=lambda: answers.append(_leads_here(site)))
        thread.start()
        thread.join()
        return site

    site = run()
    thread = threading.Thread(target=lambda: answers.append(_leads_here(site)))
    thread.start()
    thread.join()
    assert answers == [True, None]


def test_tasks() -> None:
    """A task's call leads to the task itself, and to threads that it awaits; to no other task."""

    async def inner() -> list[Optional[bool]]:
        site = _here()
        answers = [_leads_here(site)]
        loop = asyncio.get_running_loop()
        answers.append(await loop.run_in_executor(None, lambda: _leads_here(site)))
        answers += await asyncio.gather(child(site))
        return answers

    async def child(site: CallSite) -> Optional[bool]:
        return _leads_here(site)

    async def outer() -> list[Optional[bool]]:
        return await inner()

    assert asyncio.run(outer()) == [True, True, None]


def test_a_call_before_the_tasks() -> None:
    """What was called outside of all tasks does not lead into one, though its run waits."""
    site = _here()

    async def task() -> Optional[bool]:
        return _leads_here(site)

    assert asyncio.run(task()) is None


def test_line_numbers_stay_right() -> None:
    """A traceback names the line that failed, not the one of the call."""

    def run() -> None:
        _here()
        raise ValueError

    with pytest.raises(ValueError) as caught:  # noqa: PT011  it is this module's
        run()
    line = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert line.line == "raise ValueError"


def test_nothing_is_kept_alive() -> None:
    """A function's values go when it returns, whatever is remembered of its call."""

    class Value:
        pass

    def run() -> tuple[CallSite, weakref.ref[Value]]:
        value = Value()
        return _here(depth=3), weakref.ref(value)

    site, reference = run()
    if sys.implementation.name != "cpython":
        gc.collect()
    assert reference() is None
    assert site is not None


@contextlib.contextmanager
def _traced(lines: list[int]) -> Iterator[None]:
    def trace(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        lines.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def test_a_debugger_sees_what_it_always_saw() -> None:
    """Under a trace function nothing is marked, and runs are distinguished all the same."""

    def run(site: Optional[CallSite]) -> tuple[CallSite, Optional[bool]]:
        site = site or _here()
        return site, _leads_here(site)

    seen: list[int] = []
    with _traced(seen):
        site, answer = run(None)
        later = run(site)[1]
    assert answer
    assert later is None
    assert run.__code__.co_firstlineno + 2 in seen


@pytest.mark.parametrize("set_function", [sys.settrace, sys.setprofile])
@pytest.mark.parametrize("is_traced", [(True, False), (False, True), (True, True)])
def test_what_traces_may_come_and_go(set_function: Any, is_traced: tuple[bool, bool]) -> None:
    """Between the calls too: the run that made the first leads to the second, no other does."""

    def run(site: Optional[CallSite]) -> Any:
        before = sys.gettrace(), sys.getprofile()
        try:
            set_function(_trace if is_traced[0] else None)
            site = site or _here()
            set_function(_trace if is_traced[1] else None)
            return _leads_here(site), site
        finally:
            sys.settrace(before[0])
            sys.setprofile(before[1])

    answer, site = run(None)
    assert answer
    assert run(site)[0] is None


def _trace(*_: object) -> Any:
    return _trace


@pytest.mark.skipif(sys.version_info < (3, 10), reason="marks are other ones there")
@pytest.mark.skipif(sys.gettrace() is not None, reason="it is there already")
def test_a_debugger_that_comes_later() -> None:
    """It may take the place of the marks; then nothing is known, and its own work goes on."""

    def run() -> Optional[bool]:
        site = _here()
        sys._getframe().f_trace = lambda *_: None
        return _leads_here(site)

    assert run() is None
