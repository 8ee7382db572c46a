"""Forks with events waiting: `forking.py WAY KIND`; prints the instance ids it saw."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from typing import Callable

from collecting import make_collect

import mdc_core

CHILDREN = 4
COLLECT: list[Callable[..., None]] = []


def wait_for(child: int) -> None:
    """Wait for a child; a deadlocked one is ended by its alarm."""
    _, status = os.waitpid(child, 0)
    assert status == 0, f"child ended with {status}"


def child_of(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        try:
            work()
        except BaseException:  # noqa: BLE001  whatever it is, the status tells
            os._exit(9)
        os._exit(0)
    return child


def with_waiting_events(kind: str) -> None:
    """Events wait in the parent while children are forked; all collect and flush."""
    collect = make_collect(kind)
    for number in range(100):
        collect(number)

    def work(first: int) -> None:
        for number in range(first, first + 10):
            collect(number)
        assert mdc_core.flush(20)

    children = [child_of(lambda at=at: work(1000 * at)) for at in range(1, CHILDREN + 1)]
    for child in children:
        wait_for(child)


def under_load(kind: str) -> None:
    """Threads collect all the time while children are forked, which collect as well."""
    collect = make_collect(kind)
    done = threading.Event()

    def load(first: int) -> None:
        number = first
        while not done.is_set():
            collect(number)
            number += 1
            time.sleep(0)

    threads = [threading.Thread(target=load, args=(10_000_000 * at,)) for at in range(1, 4)]
    for thread in threads:
        thread.start()
    for at in range(30):
        wait_for(child_of(lambda at=at: (collect(at), mdc_core.flush(20) or os._exit(8))))
    done.set()
    for thread in threads:
        thread.join()
    # What the threads have piled up may take longer than an exit allows.
    assert mdc_core.flush(60)


def nested(kind: str) -> None:
    """A child forks a child of its own."""
    collect = make_collect(kind)
    collect(0)

    def first() -> None:
        collect(1)
        wait_for(child_of(lambda: (collect(2), mdc_core.flush(20) or os._exit(8))))
        assert mdc_core.flush(20)

    wait_for(child_of(first))


def collect_some(collect: Callable[..., None], first: int) -> None:
    for number in range(first, first + 100):
        collect(number)


def multiprocessing_fork(kind: str) -> None:
    """Children of multiprocessing end without a flush of their own."""
    collect = make_collect(kind)
    collect_some(collect, 0)
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=collect_some, args=(collect, 100 * at))
        for at in range(1, CHILDREN + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0


def collect_in_child(kind: str, child: int) -> None:
    collect_some(make_collect(kind), 100 * child)


def multiprocessing_child_only(kind: str, method: str = "fork") -> None:
    """The parent collects nothing: each child makes the first collector of its process."""
    context = multiprocessing.get_context(method)
    processes = [context.Process(target=collect_in_child, args=(kind, at)) for at in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0


def collect_in_pool(number: int) -> None:
    COLLECT[0](number)


def multiprocessing_pool(kind: str) -> None:
    """A pool's workers are terminated, not joined."""
    COLLECT.append(make_collect(kind))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(collect_in_pool, range(500), chunksize=1)


WAYS = {
    "with_waiting_events": with_waiting_events,
    "under_load": under_load,
    "nested": nested,
    "multiprocessing_fork": multiprocessing_fork,
    "multiprocessing_child_only": multiprocessing_child_only,
    "multiprocessing_forkserver": lambda kind: multiprocessing_child_only(kind, "forkserver"),
    "multiprocessing_spawn": lambda kind: multiprocessing_child_only(kind, "spawn"),
    "multiprocessing_pool": multiprocessing_pool,
}

if __name__ == "__main__":
    way, kind = sys.argv[1:]
    WAYS[way](kind)
