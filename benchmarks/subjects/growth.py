"""What collecting costs as something grows: CPU of the whole process, until all is delivered.

Each costs so many milliseconds in all. Events come in rising number with what grows, except for
rows and columns, of which one event gets more.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable

import numpy
import pandas

from ..frames import numbers
from ..sdks import installed_sdk

_CELLS = 50_000
_MOST = 200
_EVENTS_OF_COLLECTOR = 50
_EVENTS_OF_THREAD = 200
_EVENTS_OF_PROCESS = 2000
_EVENTS_OF_PARTITION = 20
_WARM_UP = 200
_HOUR = 3600


def rows(_folder: Path, count: int) -> dict[str, float]:
    """Return the cost of one event by its rows."""
    return _of_one(lambda: numbers(count))


def columns(_folder: Path, count: int) -> dict[str, float]:
    """Return the cost of one event by its columns."""
    names = [f"feature_{at}" for at in range(count)]
    return _of_one(lambda: pandas.DataFrame(numpy.random.random((1, count)), columns=names))


def collectors(_folder: Path, count: int) -> dict[str, float]:
    """Return the cost of so many collectors, each with its collection and as many events."""
    sdk = installed_sdk()
    frame = numbers(1)

    def collect() -> None:
        made = [sdk.collector(f"collection_{at}") for at in range(count)]
        for _ in range(_EVENTS_OF_COLLECTOR):
            for each in made:
                each(frame)

    return _cost(collect)


def threads(_folder: Path, count: int) -> dict[str, float]:
    """Return the cost of so many threads that collect at once, each as many events."""
    collect = installed_sdk().collector()
    frame = numbers(1)

    def work() -> None:
        for _ in range(_EVENTS_OF_THREAD):
            collect(frame)

    def run() -> None:
        working = [threading.Thread(target=work) for _ in range(count)]
        for thread in working:
            thread.start()
        for thread in working:
            thread.join()

    return _cost(run)


def partitions(_folder: Path, count: int) -> dict[str, float]:
    """Return the cost of so many hours whose files are open at once, each with as many events."""
    from azureml.ai.monitoring.context import BasicCorrelationContext

    collect = installed_sdk().collector()
    frame = numbers(1)
    now = time.time()

    def run() -> None:
        for event in range(_EVENTS_OF_PARTITION):
            for at in range(count):
                context = BasicCorrelationContext(f"{event}-{at}", now - at * _HOUR)
                collect(frame, context)

    return _cost(run)


def processes(folder: Path, count: int) -> dict[str, float]:
    """Return the cost of so many processes that write to one folder at once, CSV and JSONL."""
    command = [sys.executable, "-m", __name__, str(_EVENTS_OF_PROCESS)]
    place = {**os.environ, "MDC_STORAGE": str(folder / "shared")}
    working = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=place)
        for _ in range(count)
    ]
    for process in working:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
    return {"value": sum(float(process.communicate(b"\n")[0]) for process in _begun(working))}


def _begun(working: list[subprocess.Popen[bytes]]) -> list[subprocess.Popen[bytes]]:
    for process in working:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    return working


def _of_one(make: Callable[[], Any]) -> dict[str, float]:
    collect = installed_sdk().collector()
    first = make()
    frames = [first, *(make() for _ in range(max(2, min(_MOST, _CELLS // first.size)) - 1))]

    def run() -> None:
        for frame in frames:
            collect(frame)

    return {"value": _cost(run)["value"] / len(frames)}


def _cost(run: Callable[[], None]) -> dict[str, float]:
    """Return the milliseconds of CPU until what a run has collected is delivered."""
    sdk = installed_sdk()
    collect, frame = sdk.collector(), numbers(1)
    for _ in range(_WARM_UP):  # starts what is started once
        collect(frame)
    sdk.deliver()
    start = time.process_time_ns()
    run()
    sdk.deliver()
    return {"value": (time.process_time_ns() - start) / 1_000_000}


def main() -> None:
    """Be one of the processes: say so, wait for a line, collect, print the cost."""
    collect = installed_sdk().legacy_collector()
    frame = numbers(1)
    print("ready", flush=True)
    sys.stdin.readline()

    def run() -> None:
        for _ in range(int(sys.argv[1])):
            collect(frame)

    print(_cost(run)["value"])


if __name__ == "__main__":
    main()
