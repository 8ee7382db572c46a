"""Forks processes that collect numbers, one for each line `{"first":, "count":, "environ":}`.

Such a process writes its id when its numbers are in the spool, and ends at SIGUSR1. It is forked
before the first collector is made, and so starts as any other would, without the imports.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

import pandas

import mdc_core
from azureml.ai.monitoring import Collector


def collect(first: int, count: int, environ: dict[str, str]) -> None:
    """Collect numbers, one in each event."""
    os.environ.update(environ)
    collector = Collector(name="numbers")
    for number in range(first, first + count):
        collector.collect(pandas.DataFrame({"n": [number]}))
    end = time.monotonic() + 20
    while mdc_core.counts()[0].written < count and time.monotonic() < end:
        time.sleep(0.005)
    os.write(1, b"%d\n" % os.getpid())
    signal.sigwait({signal.SIGUSR1})


def main() -> Any:
    """Fork, until there are no more lines."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    while True:
        line = sys.stdin.readline()
        if not line:
            return None
        if os.fork() == 0:
            return collect(**json.loads(line))


main()
