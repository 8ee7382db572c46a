"""Control flow: which shapes of a function lead from its call for inputs to that for outputs."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import sys
from collections.abc import AsyncIterator, Iterator
from types import CodeType
from typing import Any, Callable

import pytest

from mdc_bridge.scoring.control_flow import leads_to

Call = Callable[[], None]


def straight(i: Call, p: Call) -> None:
    i()
    p()


def after_a_loop(i: Call, p: Call) -> None:
    i()
    for _ in range(2):
        len("")
    p()


def rows_one_by_one(i: Call, p: Call) -> None:
    for _ in range(2):
        i()
        if p is None:
            continue
        p()


def outputs_one_by_one(i: Call, p: Call) -> None:
    i()
    for _ in range(3):
        p()


def forever(i: Call, p: Call) -> None:
    rounds = iter((True, True, False))
    while True:
        i()
        with contextlib.suppress(ValueError):
            int("none")
        p()
        if not next(rounds):
            break


def tried_again(i: Call, p: Call) -> None:
    for attempt in range(3):
        i()
        if attempt == 1:
            break
    p()


def in_a_handler(i: Call, p: Call) -> None:
    i()
    try:
        raise ValueError
    except ValueError:
        p()


def at_last(i: Call, p: Call) -> None:
    try:
        i()
    finally:
        p()


def within_with(i: Call, p: Call) -> None:
    with contextlib.suppress(ValueError):
        i()
        if p is None:
            return
    p()


def either_way(i: Call, p: Call) -> None:
    i()
    if p is None:
        return
    else:  # noqa: RET505  the shape is the point
        p()


def yielding(i: Call, p: Call) -> Iterator[int]:
    i()
    yield 1
    yield from range(2)
    p()


async def awaiting(i: Call, p: Call) -> None:
    i()
    await asyncio.sleep(0)
    async with contextlib.AsyncExitStack():
        await asyncio.sleep(0)
        p()


async def _messages() -> AsyncIterator[int]:
    for number in range(2):
        yield number


async def messages(i: Call, p: Call) -> None:
    async for _ in _messages():
        i()
        await asyncio.sleep(0)
        p()


def two_loops(i: Call, p: Call) -> None:
    for _ in range(2):
        i()
    for _ in range(2):
        p()


def two_conditions(i: Call, p: Call) -> None:
    done = 0
    while done < 2:
        i()
        done += 1
    p()


def queue_of_both(i: Call, p: Call) -> None:
    for kind in "iip":
        if kind == "i":
            i()
        elif kind == "p":
            p()


def queue_forever(i: Call, p: Call) -> None:
    kinds = iter("ipipe")
    while True:
        kind = next(kinds)
        try:
            if kind == "i":
                i()
            elif kind == "p":
                p()
            else:
                return
        except ValueError:
            continue


def queue_of_batches(i: Call, p: Call) -> None:
    for kind in "ip":
        if kind == "i":
            for _ in range(2):
                i()
        else:
            p()


def queue_with_continue(i: Call, p: Call) -> None:
    for kind in "ip":
        if kind == "i":
            i()
            continue
        p()


async def queue_of_a_task(i: Call, p: Call) -> None:
    for kind in "ip":
        await asyncio.sleep(0)
        if kind == "i":
            i()
        else:
            p()


def outputs_first(i: Call, p: Call) -> None:
    for last in (False, True):
        if last:
            p()
        i()


def same_instruction(i: Call, p: Call) -> None:
    for call in (i, p):
        call()


ALWAYS = [
    straight,
    after_a_loop,
    rows_one_by_one,
    outputs_one_by_one,
    forever,
    in_a_handler,
    at_last,
    within_with,
    either_way,
    yielding,
    awaiting,
    messages,
]
ONCE = [two_loops, two_conditions, tried_again]
NEVER = [
    queue_of_both,
    queue_forever,
    queue_of_batches,
    queue_with_continue,
    queue_of_a_task,
    outputs_first,
    same_instruction,
]


def _run(function: Callable[..., Any]) -> tuple[CodeType, int, int]:
    """Run a function, and return its code and where it made the two calls."""
    at: dict[str, int] = {}

    def i() -> None:
        at["i"] = sys._getframe(1).f_lasti

    def p() -> None:
        at["p"] = sys._getframe(1).f_lasti

    if inspect.iscoroutinefunction(function):
        asyncio.run(function(i, p))
    elif inspect.isgeneratorfunction(function):
        assert list(function(i, p)) == [1, 0, 1]
    else:
        function(i, p)
    return function.__code__, at["i"], at["p"]


@pytest.mark.parametrize("function", ALWAYS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("may_leave", [False, True])
def test_these_lead_to_the_outputs(function: Callable[..., Any], may_leave: bool) -> None:
    """Control gets there in the round of the loop in which the inputs were collected."""
    assert leads_to(*_run(function), may_leave)


@pytest.mark.parametrize("function", ONCE, ids=lambda function: function.__name__)
def test_these_do_where_a_loop_may_be_left(function: Callable[..., Any]) -> None:
    """A loop's head is passed once more; only the last of its inputs could be meant."""
    assert leads_to(*_run(function), True)
    assert not leads_to(*_run(function), False)


@pytest.mark.parametrize("function", NEVER, ids=lambda function: function.__name__)
@pytest.mark.parametrize("may_leave", [False, True])
def test_these_take_another_round(function: Callable[..., Any], may_leave: bool) -> None:
    """What a loop does in turn for several requests does not belong together."""
    assert not leads_to(*_run(function), may_leave)


def test_answers_are_remembered_for_a_bounded_number_of_places() -> None:
    """Scripts that make functions as they go do not fill the memory, nor get others' answers."""
    at: list[int] = []
    place = {"i": lambda: at.append(sys._getframe(1).f_lasti)}
    for number in range(1500):
        code = compile(f"i()\np()  # {number}", f"<{number}>", "exec")
        at.clear()
        exec(code, {**place, "p": place["i"]})
        first, second = at
        assert leads_to(code, first, second, False)
        assert not leads_to(code, second, first, False)
