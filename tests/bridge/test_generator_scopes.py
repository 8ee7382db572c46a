"""Marks inside of generators, which share their context with whatever advances them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Callable

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.scoring.request_scope import current_scope, request_scope
from mdc_core.testing import MemoryDestination, collecting

REQUESTS = 30
Collect = Callable[[int], Any]


def _collectors() -> tuple[Collect, Collect]:
    inputs, outputs = ModelDataCollector("m", "inputs"), ModelDataCollector("m", "predictions")
    return (
        lambda number: inputs.collect(np.array([float(number)])),
        lambda number: outputs.collect(np.array([float(number)])),
    )


def _judge(collected: MemoryDestination) -> tuple[int, int]:
    """Return how many outputs have the id of other inputs, and how many of their own."""
    owners = {
        line["correlationid"]: line["data"][0]["column_0"]
        for line in collected.lines("model_inputs")
    }
    pairs = [
        (owners.get(line["correlationid"]), line["data"][0]["column_0"])
        for line in collected.lines("model_outputs")
    ]
    assert pairs
    return sum(a not in (None, b) for a, b in pairs), sum(a == b for a, b in pairs)


@contextlib.contextmanager
def _own_mark() -> Iterator[None]:
    with request_scope():
        yield


class _Mark:
    """A context manager that enters for the one who uses it."""

    def __enter__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(request_scope())

    def __exit__(self, *error: object) -> None:
        self._stack.close()


@contextlib.contextmanager
def _two_marks() -> Iterator[None]:
    with request_scope(), request_scope():
        yield


MARKS = [request_scope, _own_mark, _Mark, _two_marks]


def _in_turn(streams: list[Iterator[None]], chance: random.Random) -> None:
    while streams:
        at = chance.randrange(min(4, len(streams)))
        if next(streams[at], "over") == "over" or chance.random() < 0.05:
            del streams[at]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("has_gaps", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_generators_in_turn(mark: Callable[[], Any], has_gaps: bool, seed: int) -> None:
    """Each finds its own request, though the context is that of the last one entered."""
    chance = random.Random(seed)

    def stream(number: int) -> Iterator[None]:
        if chance.random() < 0.3:
            yield
        with mark():
            if not (has_gaps and number % 3 == 0):
                i(number)
            yield
            p(number)
            if chance.random() < 0.3:
                yield from inner(number)
            yield
            p(number)

    def inner(number: int) -> Iterator[None]:
        p(number)
        yield
        p(number)

    with collecting("modern") as collected:
        i, p = _collectors()
        _in_turn([stream(number) for number in range(REQUESTS)], chance)
    wrong, linked = _judge(collected)
    assert wrong == 0
    assert linked == len(collected.lines("model_outputs")) or has_gaps
    assert current_scope() is None


def test_whoever_advances_a_generator_is_not_of_its_request() -> None:
    """Between two parts, and when it was left in the middle."""
    with collecting("modern") as collected:
        i, p = _collectors()

        def stream(number: int) -> Iterator[None]:
            with request_scope():
                i(number)
                yield

        left = [stream(1), stream(2)]
        for each in left:
            next(each)
            p(3)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(copy_context().run, p, 4).result()

        def unmarked() -> None:
            ModelDataCollector("m", "inputs").collect(np.array([5.0]))
            p(5)

        unmarked()
        del each
        left.clear()
    assert _judge(collected) == (0, 1)
    assert current_scope() is None


@pytest.mark.parametrize("beside", [0, 1])
def test_pools_of_a_generator(beside: int) -> None:
    """What runs in a copy of its context is of its request, unless others were beside it."""
    with collecting("modern") as collected, ThreadPoolExecutor(2) as pool:
        i, p = _collectors()

        def stream(number: int) -> Iterator[None]:
            with request_scope():
                i(number)
                yield
                pool.submit(copy_context().run, p, number).result()
                yield

        for _ in zip(stream(1), *(stream(2 + each) for each in range(beside))):
            pass
    assert _judge(collected) == (0, 0 if beside else 1)


def test_a_request_inside_of_a_generators() -> None:
    """The innermost counts, wherever the generators stand."""
    with collecting("modern") as collected:
        i, p = _collectors()

        def outer(number: int) -> Iterator[None]:
            with request_scope():
                i(number)
                yield
                with request_scope():
                    i(100 + number)
                    p(100 + number)
                parts = stream(200 + number)
                next(parts)
                p(number)
                list(parts)
                yield
                p(number)

        def stream(number: int) -> Iterator[None]:
            with request_scope():
                i(number)
                yield
                p(number)

        for _ in zip(outer(1), outer(2), outer(3)):
            pass
        list(outer(4))
    wrong, linked = _judge(collected)
    assert wrong == 0
    assert linked >= 11


def test_asynchronous_generators_in_turn() -> None:
    """One task may advance several, and they may wait meanwhile."""

    async def stream(number: int) -> AsyncIterator[None]:
        with request_scope():
            i(number)
            yield
            await asyncio.sleep(0)
            p(number)
            yield
            await asyncio.gather(later(number))

    async def later(number: int) -> None:
        p(number)

    async def serve() -> None:
        streams = [stream(number) for number in range(REQUESTS)]
        for _ in range(3):
            for each in streams:
                with contextlib.suppress(StopAsyncIteration):
                    await each.__anext__()

    with collecting("modern") as collected:
        i, p = _collectors()
        asyncio.run(serve())
    wrong, linked = _judge(collected)
    assert wrong == 0
    assert linked >= REQUESTS


def test_the_mark_of_a_function() -> None:
    """As a decorator it makes each call a request."""
    with collecting("modern") as collected:
        i, p = _collectors()

        @request_scope()
        def serve(number: int) -> None:
            if number != 2:
                i(number)
            p(number)

        for number in range(4):
            serve(number)
    assert _judge(collected) == (0, 3)
