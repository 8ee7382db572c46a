"""Futures that are not done in time end with an error; those that are leave nothing behind."""

from __future__ import annotations

import asyncio

import pytest

from mdc_agent.receive.deadlines import Deadlines


def test_in_time_and_too_late() -> None:
    """One timer ends each future at its own time, and no other."""

    async def run() -> list[object]:
        loop = asyncio.get_running_loop()
        deadlines = Deadlines(0.05)
        futures = [loop.create_future() for _ in range(4)]
        waiting = [asyncio.ensure_future(deadlines.meet(each)) for each in futures]
        await asyncio.sleep(0)
        futures[0].set_result(None)
        futures[2].set_exception(OSError("full"))
        found = await asyncio.gather(*waiting, return_exceptions=True)
        late = loop.create_future()
        with pytest.raises(asyncio.TimeoutError):
            await deadlines.meet(late)
        deadlines.close()
        return [type(each) for each in found]

    nothing, timeout = type(None), asyncio.TimeoutError
    assert asyncio.run(run()) == [nothing, timeout, OSError, timeout]


def test_what_is_done_is_forgotten() -> None:
    """However many futures were met, only those that are not done are held."""

    async def run() -> int:
        loop = asyncio.get_running_loop()
        deadlines = Deadlines(1000.0)
        for _ in range(1000):
            future = loop.create_future()
            loop.call_soon(future.set_result, None)
            await deadlines.meet(future)
        deadlines.close()
        return len(deadlines)

    assert asyncio.run(run()) <= 1
