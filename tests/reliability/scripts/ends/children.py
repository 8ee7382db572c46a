"""Processes that a script starts itself, each ending in its own way: `children.py KIND WAY`."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import sys
import time
from typing import Any, Callable

import numbers_collected

CHILDREN = 2
EVENTS = 30
# A child that is to be ended by another collects so long, unless it is.
SECONDS = 30.0


def collect_and_end(child: int, way: str) -> None:
    """Collect numbers of the child's own, then end."""
    numbers_collected.at("init")
    first = 10_000 * child
    for number in range(first, first + EVENTS):
        numbers_collected.collect(number)
    if way == "exception":
        raise LookupError("the script's own")
    if way == "sys.exit":
        sys.exit(3)
    if way == "os._exit":
        os._exit(4)
    if way in ("terminate", "pool terminate"):
        end = time.monotonic() + SECONDS
        number = first + EVENTS
        while time.monotonic() < end:
            numbers_collected.collect(number)
            number += 1
            time.sleep(0.001)


def accepted_of(child: int) -> int:
    with open(os.environ["ACCEPTED"]) as file:
        return sum(int(line) // 10_000 == child for line in file)


def wait_until_all_have_collected() -> None:
    end = time.monotonic() + SECONDS
    while min(accepted_of(child) for child in range(1, CHILDREN + 1)) <= EVENTS + 5:
        assert time.monotonic() < end
        time.sleep(0.02)


def processes(context: Any, way: str) -> None:
    """Processes of multiprocessing, or of what looks like it."""
    children = [
        context.Process(target=collect_and_end, args=(child, way))
        for child in range(1, CHILDREN + 1)
    ]
    for child in children:
        child.start()
    if way == "terminate":
        wait_until_all_have_collected()
        for child in children:
            child.terminate()
    for child in children:
        child.join()


def pool(context: Any, way: str) -> None:
    """A pool, which is left by `terminate` or told to finish."""
    workers = context.Pool(CHILDREN)
    results = [
        workers.apply_async(collect_and_end, (child, way)) for child in range(1, CHILDREN + 1)
    ]
    if way == "pool terminate":
        wait_until_all_have_collected()
        workers.terminate()
    else:
        for result in results:
            result.get(SECONDS)
        if way == "pool terminate, idle":
            workers.terminate()
        else:
            workers.close()
    workers.join()


def executor(make: Callable[[], Any], way: str) -> None:
    """An executor with processes."""
    with make() as workers:
        for each in [workers.submit(collect_and_end, at + 1, way) for at in range(CHILDREN)]:
            each.exception(SECONDS)


def forked(way: str) -> None:
    """Children of `os.fork`, which end themselves."""
    children = []
    for child in range(1, CHILDREN + 1):
        pid = os.fork()
        if pid == 0:
            collect_and_end(child, way)
            sys.exit(0)
        children.append(pid)
    if way == "terminate":
        wait_until_all_have_collected()
        for pid in children:
            os.kill(pid, 15)
    for pid in children:
        os.waitpid(pid, 0)


def main(kind: str, way: str) -> None:
    """Run one way of starting children to its end."""
    method, _, shape = kind.partition(" ")
    if method == "billiard":
        import billiard

        context: Any = billiard
    elif method == "loky":
        from loky import get_reusable_executor

        return executor(lambda: get_reusable_executor(max_workers=CHILDREN), way)
    elif method == "os.fork":
        return forked(way)
    else:
        context = multiprocessing.get_context(method)
    if shape == "executor":
        make = concurrent.futures.ProcessPoolExecutor
        return executor(lambda: make(CHILDREN, mp_context=context), way)
    return pool(context, way) if shape == "pool" else processes(context, way)


if __name__ == "__main__":
    main(*sys.argv[1:])
