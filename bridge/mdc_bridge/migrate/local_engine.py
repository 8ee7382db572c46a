"""Tasks run by processes of this machine, several files at a time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Optional

from .ledger import UnitReport
from .tasks import Task

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

_PROGRESS_SECONDS = 0.2
_bytes_read: Optional[Synchronized[int]] = None


def run_locally(
    tasks: Sequence[Task], jobs: int, advance: Callable[[int], None]
) -> Iterator[UnitReport]:
    """Yield the reports of tasks as they are done.

    Args:
        tasks: the largest first, so that none is left for the end alone.
        jobs: number of processes; one means this one.
        advance: called with the bytes of source read so far.

    Raises:
        StoreError: of the first task that fails; those that run are ended first.
    """
    if jobs == 1 or len(tasks) < 2:
        yield from _run_here(tasks, advance)
        return
    # Forked children would share the connections of this process.
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    with ProcessPoolExecutor(
        min(jobs, len(tasks)), context, initializer=_start, initargs=(counter,)
    ) as pool:
        waiting: set[Future[UnitReport]] = {pool.submit(_run, task) for task in tasks}
        try:
            while waiting:
                done, waiting = wait(waiting, _PROGRESS_SECONDS, FIRST_COMPLETED)
                advance(counter.value)
                for future in done:
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()


def _run_here(tasks: Sequence[Task], advance: Callable[[int], None]) -> Iterator[UnitReport]:
    total = 0

    def add(size: int) -> None:
        nonlocal total
        total += size
        advance(total)

    for task in tasks:
        yield task.run(add)


def _start(counter: Any) -> None:
    global _bytes_read
    _bytes_read = counter


def _run(task: Task) -> UnitReport:
    return task.run(_count)


def _count(size: int) -> None:
    if _bytes_read is not None:
        with _bytes_read.get_lock():
            _bytes_read.value += size
