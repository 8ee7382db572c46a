"""Collects both ways, then waits for its end: `ending_slowly.py FIRST EVENTS`.

It says HANDLER when its own handler for a signal, or for the exit, runs.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import time
from types import FrameType
from typing import Optional

import mdc_core
from azureml.monitoring import ModelDataCollector

DEADLINE = 60.0


def on_signal(signum: int, frame: Optional[FrameType]) -> None:
    os.write(1, b"HANDLER\n")
    sys.exit(0)


def main() -> None:
    first, events = map(int, sys.argv[1:])
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    collector = ModelDataCollector("model", designation="predictions", feature_names=["n", "text"])
    for number in range(first, first + events):
        collector.collect([number, f"text of {number}"])
    end = time.monotonic() + DEADLINE
    while sum(counts.written for counts in mdc_core.counts()) < events // 2:
        if time.monotonic() > end:
            sys.exit(9)
        time.sleep(0.005)
    os.write(1, b"READY\n")
    # In short waits: a signal that comes just before one is handled only behind it.
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        pass
    if sys.stdin.readline() == "exit\n":
        atexit.register(os.write, 1, b"HANDLER\n")
        sys.exit(0)


main()
