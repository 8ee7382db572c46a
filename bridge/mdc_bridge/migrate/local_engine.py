"""Tasks run by processes of this machine, several files at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING, Any, Optional

from mdc_core.errors import StoreError

from ..cores import usable_cores
from ..files.folder import FolderFiles
from .tasks import Outcome, UnitTask

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

_PROGRESS_SECONDS = 0.2
# Tasks that wait for each process. `wait` looks at all that wait whenever one is done.
_AHEAD = 8
# Handing one over takes half a millisecond; of few for each process, one by one keeps all busy.
_MOST_IN_GROUP = 16
_GROUPS_OF_PROCESS = 64
_DIED = (
    "a worker process of the migration died: it was killed, perhaps because memory ran out (use "
    "fewer jobs), or the script that called `migrate` does so outside `if __name__ "
    "== '__main__':`; "
    "the next run continues where this one stopped"
)
# Set in each worker process.
_bytes_read: Synchronized[int]


def run_locally(
    tasks: Sequence[UnitTask], jobs: Optional[int], progress: Callable[[int], None]
) -> Iterator[Outcome]:
    """Yield the outcomes of tasks as they are done.

    Args:
        tasks: the largest first, so that none is left for the end alone.
        jobs: number of processes; one means this one, None one for each core.
        progress: called with the bytes of source read so far.

    Raises:
        StoreError: of the first task that fails, once those that run have ended; or when a
            process dies.
    """
    jobs = jobs or usable_cores()
    if jobs == 1 or len(tasks) < 2:
        yield from _run_here(tasks, progress)
        return
    context = multiprocessing.get_context("fork" if _may_fork(tasks[0]) else "spawn")
    counter = context.Value("q", 0)
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(
        min(jobs, len(tasks)), context, initializer=_start, initargs=(counter,)
    ) as pool:
        left = _grouped(
            tasks, max(1, min(_MOST_IN_GROUP, len(tasks) // (jobs * _GROUPS_OF_PROCESS)))
        )
        waiting = _submitted(pool, islice(left, _AHEAD * jobs))
        try:
            while waiting:
                done, waiting = wait(waiting, _PROGRESS_SECONDS, FIRST_COMPLETED)
                waiting |= _submitted(pool, islice(left, len(done)))
                progress(counter.value)
                for future in done:
                    yield from future.result()
        except BrokenProcessPool as error:
            raise StoreError(_DIED) from error
        except KeyboardInterrupt:
            # What they do is done by the next run; nobody waits for the end of their files.
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            waiting = set()  # the pool ends them itself, and fails at one that is cancelled
            raise
        finally:
            for future in waiting:
                future.cancel()


def _grouped(tasks: Sequence[UnitTask], number: int) -> Iterator[Sequence[UnitTask]]:
    """Yield tasks in groups of a number."""
    return (tasks[start : start + number] for start in range(0, len(tasks), number))


def _submitted(
    pool: ProcessPoolExecutor, groups: Iterable[Sequence[UnitTask]]
) -> set[Future[list[Outcome]]]:
    """Hand groups of tasks to a pool, whose processes are started by that."""
    # Blocked in them for good: a terminal sends Ctrl-C to all, and it is for this process alone.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with warnings.catch_warnings():
            # It warns of threads that numpy's libraries started, which handle forks.
            warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
            return {pool.submit(_run, group) for group in groups}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _may_fork(task: UnitTask) -> bool:
    """Return whether children may be forked, which saves them half a second of imports.

    They would share connections with this process, and locks that other threads hold. Before
    Python 3.11.0, pools forked from a process in which they had started a thread.
    """
    places = (task.source.open(), task.destination.open())
    return (
        sys.platform == "linux"
        and sys.version_info >= (3, 11)
        and threading.active_count() == 1
        and all(isinstance(place, FolderFiles) for place in places)
    )


def _run_here(tasks: Sequence[UnitTask], progress: Callable[[int], None]) -> Iterator[Outcome]:
    total = 0

    def add(size: int) -> None:
        nonlocal total
        total += size
        progress(total)

    for task in tasks:
        yield task.run(add)


def _start(counter: Any) -> None:
    global _bytes_read
    _bytes_read = counter
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the death of the process that hands out the tasks, and follow it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(tasks: Sequence[UnitTask]) -> list[Outcome]:
    return [task.run(_count) for task in tasks]


def _count(size: int) -> None:
    with _bytes_read.get_lock():
        _bytes_read.value += size
