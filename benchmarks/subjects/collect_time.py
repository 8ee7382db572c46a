"""How long `collect` takes in the caller's thread, which is the scoring request's thread.

Every call gets new data, made outside of what is timed. `paced`: one call every 2 ms, so the
SDK's thread is idle when the next one comes; the data are made after the pause, as a request
makes them, so that pandas and the interpreter are no colder than there. `loop`: one call after
the other, while the SDK's thread works on the ones before. The loop is shorter than the official
SDK's queue.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

from ..frames import MAKERS
from ..results.figures import percentile
from ..sdks import Collect, Sdk, installed_sdk

PACES = {"paced": (300, 0.002), "loop": (800, 0.0)}

_WARM_UP = 50


def modern(_folder: Path, data: str, pace: str) -> dict[str, float]:
    """Return p50 and p99 of `Collector.collect` in microseconds."""
    sdk = installed_sdk()
    return _percentiles(sdk, sdk.collector(), MAKERS[data], pace)


def legacy(_folder: Path, data: str, pace: str) -> dict[str, float]:
    """Return p50 and p99 of `ModelDataCollector.collect` in microseconds."""
    sdk = installed_sdk()
    return _percentiles(sdk, sdk.legacy_collector(), MAKERS[data], pace)


def _percentiles(
    sdk: Sdk, collect: Collect, make: Callable[[], Any], pace: str
) -> dict[str, float]:
    count, pause = PACES[pace]
    for _ in range(_WARM_UP):
        collect(make())
    taken = []
    for _ in range(count):
        if pause:
            time.sleep(pause)
        data = make()
        start = time.perf_counter_ns()
        collect(data)
        taken.append((time.perf_counter_ns() - start) / 1000)
    sdk.deliver()
    taken.sort()
    return {"p50": percentile(taken, 0.5), "p99": percentile(taken, 0.99)}
