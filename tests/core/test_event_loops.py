"""Event loops: where nothing may wait, in this thread and in others."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from mdc_core.event_loops import would_be_blocked

GREENLETS = """
import sys, time
name, when = sys.argv[1:]
module = __import__(name)
if when == "patched":
    {"gevent": lambda: __import__("gevent.monkey").monkey.patch_all(),
     "eventlet": lambda: module.monkey_patch()}[name]()
from mdc_core.event_loops import would_be_blocked
answers = [would_be_blocked()]
module.spawn(lambda: answers.append(would_be_blocked()))
if name == "gevent":
    module.get_hub().loop.run_callback(lambda: answers.append(would_be_blocked()))
else:
    from eventlet.hubs import get_hub
    get_hub().schedule_call_global(0, lambda: answers.append(would_be_blocked()))
module.sleep(0.01)
print(answers)
"""


def test_a_thread_without_a_loop() -> None:
    """It may wait, also beside one that runs a loop."""

    async def beside() -> bool:
        thread = threading.Thread(target=lambda: answers.append(would_be_blocked()))
        thread.start()
        thread.join()
        return would_be_blocked()

    answers = [would_be_blocked()]
    assert asyncio.run(beside())
    assert answers == [False, False]


def test_what_a_loop_calls() -> None:
    """Callbacks without a task are the loop's as well."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        loop.call_soon(lambda: done.set_result(would_be_blocked()))
        assert await done
        assert not await loop.run_in_executor(None, would_be_blocked)

    asyncio.run(run())


@pytest.mark.parametrize("when", ["as they are", "patched"])
@pytest.mark.parametrize("name", ["gevent", "eventlet"])
def test_greenlets(name: str, when: str) -> None:
    """A greenlet waits where others run meanwhile; what the hub itself calls never does."""
    pytest.importorskip(name)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GREENLETS, name, when],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers = done.stdout.strip().strip("[]").split(", ")
    assert answers[1:].count("True") == (2 if when == "as they are" else 1), answers
