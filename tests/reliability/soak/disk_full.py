"""The disk of the spool is full for a while, under a process that goes on collecting."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from tests.waiting import wait_until

from .row import Row
from .workers import DEADLINE, Worker, adopt_all, compare_rows, store

DISK_BYTES = 8 * 1024 * 1024
FULL_SECONDS = 30.0
RATE = 500.0
# Less than what is offered in that time, so that some of it has to be dropped and counted.
QUEUE = 5000
RESUMES_SECONDS = 5.0
# The host's own thread: the longest that one `collect` may take on a busy machine.
COLLECT_SECONDS = 0.25


def run(short: bool) -> Row:
    """Fill the disk, wait, make room, and account for every event offered."""
    seconds = 2.0 if short else FULL_SECONDS
    capacity = {"AZUREML_MDC_QUEUE_CAPACITY": str(300 if short else QUEUE)}
    with tempfile.TemporaryDirectory() as folder, store(Path(folder), "legacy") as place:
        spool = Path(folder) / "spool"
        spool.mkdir()
        with _disk(spool):
            settings = {**place.settings, **capacity}
            events = int((seconds + 4) * RATE)
            worker = Worker(0, settings, "legacy", RATE, events).start()
            assert worker.process is not None
            wait_until(lambda: bool(worker.written.value > RATE), "a process writes", DEADLINE)
            filler = spool / "filler"
            _fill(filler)
            time.sleep(seconds)
            before = worker.written.value
            filler.unlink()
            resumed = _seconds_until(lambda: bool(worker.written.value > before), "writing resumes")
            worker.process.join(120)
            ended = worker.process.exitcode == 0
            last = adopt_all(1, settings, "legacy")
        offered, written, dropped = (
            each.value for each in (worker.offered, worker.written, worker.dropped)
        )
        # Which numbers were dropped is not known: of all that were offered as many are missing.
        worker.written.value = offered
        found = compare_rows(place.container("modeldata"), [worker, last])
    slowest = worker.slowest.value
    accounted = offered == written + dropped and found.missing == dropped > 0
    return Row(
        f"disk of the spool full for {seconds:.0f} s at {RATE:.0f} events/s",
        "host unaffected, offered = written + dropped, "
        f"resumes within {RESUMES_SECONDS:.0f} s, delivered once",
        f"slowest collect {slowest * 1000:.0f} ms, {offered} offered = {written} written + "
        f"{dropped} dropped, resumes within {resumed:.1f} s, "
        f"{offered - found.missing} delivered, {found.doubled} doubled, {found.invented} torn",
        ended
        and accounted
        and found.doubled == found.invented == found.headers == 0
        and slowest < COLLECT_SECONDS
        and resumed < RESUMES_SECONDS,
    )


def can_mount() -> bool:
    """Return whether this process may mount a disk of its own."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with _disk(Path(folder)):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "tmpfs", str(folder)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _seconds_until(condition: Callable[[], bool], what: str) -> float:
    start = time.monotonic()
    wait_until(condition, what, 60)
    return time.monotonic() - start


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
