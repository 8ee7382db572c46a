"""Collects three numbers and ends: `ending_early.py WHEN`.

WHEN is one of

- at_once: as any script that is done;
- slowly: the writer does its first step when the exit has begun;
- in_handler: nothing is collected before an exit handler does.

Since Python 3.12 no thread can be started once the exit has begun; here it is so on each.
"""

from __future__ import annotations

import atexit
import sys
import threading

import pandas

from azureml.ai.monitoring import Collector
from mdc_core import native
from mdc_core.destinations.spooled import SpooledDestination

WHEN = sys.argv[1]
collector = Collector(name="numbers")
exiting = threading.Event()
recover = SpooledDestination.recover


def refuse(*_: object) -> None:
    raise RuntimeError("can't create new thread at interpreter shutdown")


def begin_exit() -> None:
    threading.Thread.start = refuse  # type: ignore[method-assign]
    native._start_new_thread = refuse
    exiting.set()


def collect() -> None:
    for number in range(3):
        collector.collect(pandas.DataFrame({"n": [number]}))


def recover_at_exit(destination: SpooledDestination) -> int:
    exiting.wait(60)
    return recover(destination)


if WHEN == "slowly":
    SpooledDestination.recover = recover_at_exit  # type: ignore[method-assign]
if WHEN == "in_handler":
    atexit.register(collect)
else:
    collect()
atexit.register(begin_exit)
