"""What an event costs the process in all: user and system time of all its threads.

The clock runs from the first `collect` until everything is delivered: on the disk with ours,
answered by the collector with the official SDK. The collector's own work is not counted.
"""

from __future__ import annotations

import time

from .frames import MAKERS
from .sdks import Sdk

# Less than the official SDK's queue holds. The paced one is a busy service: 200 requests a second.
CASES = {
    "num 1x23": (400, 0.0),
    "num 100x23": (200, 0.0),
    "mix 1x23": (400, 0.0),
    "num 1x23, 200/s": (150, 0.005),
}

_WARM_UP = 50


def measure(sdk: Sdk, case: str) -> float:
    """Return microseconds of CPU for each event."""
    count, pause = CASES[case]
    make = MAKERS[case.partition(",")[0]]
    collect = sdk.collector()
    for data in [make() for _ in range(_WARM_UP)]:
        collect(data)
    sdk.deliver()
    collect = sdk.collector()
    frames = [make() for _ in range(count)]
    before = sdk.delivered()
    start = time.process_time_ns()
    for frame in frames:
        collect(frame)
        if pause:
            time.sleep(pause)
    sdk.deliver()
    taken = time.process_time_ns() - start
    delivered = sdk.delivered() - before
    if delivered != count:
        raise RuntimeError(f"{case}: {count} events were collected, {delivered} delivered")
    return taken / 1000 / count
