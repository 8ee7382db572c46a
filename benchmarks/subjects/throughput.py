"""How many events a second arrive where they go, with none lost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Callable

from ..frames import MAKERS
from ..sdks import installed_sdk

_FRAMES = 500
_MOST_WAITING = 10_000
_PAUSE = 0.001


def burst(_folder: Path, data: str, count: int) -> dict[str, float]:
    """Return events per second when all are collected at once, and CPU for each.

    Both until all are delivered; CPU in microseconds, of all threads.

    Args:
        data: of each event.
        count: of events; no more than the queue holds.

    Raises:
        RuntimeError: when an event is lost.
    """
    return _rate(data, count, lambda: None)


def steady(_folder: Path, data: str, count: int) -> dict[str, float]:
    """Return the same when a caller waits while 10,000 are not written.

    Args:
        data: of each event.
        count: of events.

    Raises:
        RuntimeError: when an event is lost.
    """
    import mdc_core

    def wait() -> None:
        while sum(counts.waiting for counts in mdc_core.counts()) > _MOST_WAITING:
            time.sleep(_PAUSE)

    return _rate(data, count, wait)


def _rate(data: str, count: int, wait: Callable[[], None]) -> dict[str, float]:
    sdk = installed_sdk()
    collect = sdk.collector()
    frames = [MAKERS[data]() for _ in range(_FRAMES)]
    collect(frames[0])
    sdk.deliver()
    collect = sdk.collector()
    before = sdk.delivered()
    cpu, start = time.process_time(), time.perf_counter()
    for at in range(count):
        if at % _FRAMES == 0:
            wait()
        collect(frames[at % _FRAMES])
    sdk.deliver()
    seconds = time.perf_counter() - start
    taken = time.process_time() - cpu
    if sdk.delivered() - before != count:
        raise RuntimeError(f"{count} events were collected, {sdk.delivered() - before} delivered")
    return {"rate": count / seconds, "cpu": taken / count * 1_000_000}
