"""What an event costs the process in all: user and system time of all its threads.

The clock runs from the first `collect` until everything is delivered: on the disk with ours,
answered by the collector with the official SDK. The collector's own work is not counted.
"""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any, Callable

from ..frames import MAKERS
from ..sdks import Collect, installed_sdk

# Cells collected in one go, and the most events: the official SDK is slow.
_CELLS = 100_000
_MOST = 400
_WARM_UP = 50
# A busy service: 200 requests a second.
_PACED_EVENTS = 200
_PACED_SECONDS = 0.005
_IDLE_SECONDS = 1.0


def modern(_folder: Path, data: str) -> dict[str, float]:
    """Return microseconds of CPU for each event of a `Collector`."""
    return _burst(installed_sdk().collector, data)


def legacy(_folder: Path, data: str) -> dict[str, float]:
    """Return microseconds of CPU for each event of a `ModelDataCollector`."""
    return _burst(installed_sdk().legacy_collector, data)


def paced(_folder: Path, data: str) -> dict[str, float]:
    """Return microseconds of CPU for each event when they come 200 a second."""
    sdk = installed_sdk()
    collect = sdk.collector()
    collect(MAKERS[data]())
    sdk.deliver()
    return _paced(sdk.collector(), sdk.deliver, data)


def paced_alone(_folder: Path, data: str) -> dict[str, float]:
    """Return the same of a loop that collects nothing."""
    return _paced(lambda _frame: None, lambda: None, data)


def to_csv(_folder: Path, data: str) -> dict[str, float]:
    """Return microseconds of CPU for each `DataFrame.to_csv` of the same data, to memory."""
    import pandas

    frames = [pandas.DataFrame(made) for made in _made(data)]
    start = time.process_time_ns()
    for frame in frames:
        frame.to_csv(io.StringIO(), header=False, index=False)
    return {"value": (time.process_time_ns() - start) / 1000 / len(frames)}


def idle(_folder: Path) -> dict[str, float]:
    """Return how often per second the SDK's threads wake up while nothing is collected."""
    sdk = installed_sdk()
    collect = sdk.collector()
    collect(MAKERS["num 1x23"]())
    if sdk.has_legacy:
        sdk.deliver()
    time.sleep(_IDLE_SECONDS / 2)
    before, start = _switches(), time.perf_counter()
    time.sleep(_IDLE_SECONDS)
    return {"value": (_switches() - before) / (time.perf_counter() - start)}


def _burst(make_collector: Any, data: str) -> dict[str, float]:
    sdk = installed_sdk()
    collect: Collect = make_collector()
    for made in [MAKERS[data]() for _ in range(_WARM_UP)]:
        collect(made)
    sdk.deliver()
    collect = make_collector()
    frames = _made(data)
    before = sdk.delivered()
    start = time.process_time_ns()
    for frame in frames:
        collect(frame)
    sdk.deliver()
    taken = time.process_time_ns() - start
    delivered = sdk.delivered() - before
    if delivered != len(frames):
        raise RuntimeError(f"{data}: {len(frames)} events were collected, {delivered} delivered")
    return {"value": taken / 1000 / len(frames)}


def _made(data: str) -> list[Any]:
    first = MAKERS[data]()
    count = min(_MOST, _CELLS // first.size)
    return [first, *(MAKERS[data]() for _ in range(count - 1))]


def _paced(collect: Collect, deliver: Callable[[], None], data: str) -> dict[str, float]:
    frames = [MAKERS[data]() for _ in range(_PACED_EVENTS)]
    start = time.process_time_ns()
    for frame in frames:
        collect(frame)
        time.sleep(_PACED_SECONDS)
    deliver()
    return {"value": (time.process_time_ns() - start) / 1000 / len(frames)}


def _switches() -> int:
    """Return how often threads of this process but the main one have waited so far."""
    switches = 0
    for task in Path("/proc/self/task").iterdir():
        if int(task.name) != int(Path("/proc/self").resolve().name):
            status = (task / "status").read_text()
            switches += int(status.partition("voluntary_ctxt_switches:")[2].split()[0])
    return switches
