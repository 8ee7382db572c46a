"""How long `collect` takes in the caller's thread, which is the scoring request's thread.

Every call gets a new frame, made outside of what is timed. `paced`: one call every 2 ms, so the
SDK's thread is idle when the next one comes. `loop`: one call after the other, while the SDK's
thread works on the ones before. The loop is shorter than the official SDK's queue.
"""

from __future__ import annotations

import time
from typing import Any, Callable

from .frames import MAKERS, numbers
from .sdks import Collect, Ours, Sdk

PACES = {"paced": (200, 0.002), "loop": (800, 0.0)}

LEGACY_MAKERS: dict[str, Callable[[], Any]] = {
    "array 1x23": lambda: numbers(1).to_numpy(),
    "frame 1x23": lambda: numbers(1),
}

_WARM_UP = 50


def measure(sdk: Sdk, data: str, pace: str) -> dict[str, float]:
    """Return p50 and p99 of `Collector.collect` in microseconds."""
    return _percentiles(sdk, sdk.collector(), MAKERS[data], pace)


def measure_legacy(sdk: Sdk, data: str, pace: str) -> dict[str, float]:
    """Return p50 and p99 of `ModelDataCollector.collect` in microseconds."""
    if not isinstance(sdk, Ours):
        raise TypeError("the package that ModelDataCollector came from cannot be imported any more")
    return _percentiles(sdk, sdk.legacy_collector(), LEGACY_MAKERS[data], pace)


def _percentiles(
    sdk: Sdk, collect: Collect, make: Callable[[], Any], pace: str
) -> dict[str, float]:
    count, pause = PACES[pace]
    for _ in range(_WARM_UP):
        collect(make())
    taken = []
    for _ in range(count):
        data = make()
        if pause:
            time.sleep(pause)
        start = time.perf_counter_ns()
        collect(data)
        taken.append(time.perf_counter_ns() - start)
    sdk.deliver()
    taken.sort()
    return {"p50": taken[count // 2] / 1000, "p99": taken[count * 99 // 100] / 1000}
