"""Processes killed at random points while they collect and deliver to append blobs."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from tests.waiting import wait_until

from .row import Row
from .workers import DEADLINE, Worker, adopt_all, compare_lines, store

RATE = 2000.0
LONGEST_LIFE = 0.8


def run(short: bool) -> Row:
    """Kill one process after the other; each adopts what those before it have left."""
    kills = 5 if short else 500
    chance = random.Random(2)
    workers = []
    with tempfile.TemporaryDirectory() as folder, store(Path(folder), "modern") as place:
        settings = {**place.settings, "MDC_DELIVERY_INTERVAL": "0.1"}
        for number in range(kills):
            worker = Worker(number, settings, rate=RATE).start()
            wait_until(lambda worker=worker: worker.offered.value > 0, "it collects", DEADLINE)
            time.sleep(chance.random() * LONGEST_LIFE)
            worker.kill()
            workers.append(worker)
        workers.append(adopt_all(kills, settings, "modern"))
        found = compare_lines(place.container("lines"), workers)
    written = sum(worker.written.value for worker in workers)
    dropped = sum(worker.dropped.value for worker in workers)
    return Row(
        f"{kills} SIGKILLs at random points at {RATE:.0f} events/s, {written} events written",
        "0 written events lost, 0 torn or invented lines, 0 duplicates",
        f"{found}" + (f", {dropped} dropped" if dropped else ""),
        found.nothing and dropped == 0,
    )
