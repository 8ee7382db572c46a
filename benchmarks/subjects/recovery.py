"""How long a process takes to deliver what a killed one has left in the spool."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

from ..frames import numbers
from ..sdks import installed_sdk

_NEVER = "100000000"
_PAUSE = 0.002
_SECONDS = 120.0
_numbers = itertools.count()

# Events of 23 numbers have about 900 bytes.
_LEAVE = """
import os, signal, time
import pandas
import mdc_core
from azureml.ai.monitoring import Collector

collect = Collector(name="model_inputs").collect
frame = pandas.DataFrame([[at + 0.5 for at in range(23)]]).add_prefix("feature_")
while mdc_core.counts()[0].bytes_written < {size}:
    for _ in range(500):
        collect(frame)
    while mdc_core.counts()[0].waiting:
        time.sleep(0.001)
os.kill(os.getpid(), signal.SIGKILL)
"""


def recover(folder: Path, kilobytes: int) -> dict[str, float]:
    """Return the seconds from the first collector until all that was left is delivered.

    Args:
        folder: for spools.
        kilobytes: that a process leaves when it is killed.

    Raises:
        RuntimeError: when it is not delivered in time.
    """
    spool = folder / f"left-{next(_numbers)}"
    left = {**os.environ, "MDC_SPOOL_DIR": str(spool), "MDC_DELIVERY_INTERVAL": _NEVER}
    subprocess.run(
        [sys.executable, "-c", _LEAVE.format(size=kilobytes * 1000)], env=left, check=False
    )
    size = _size(spool)
    if size < kilobytes * 1000:
        raise RuntimeError(f"{kilobytes} kB were to be left, {size} bytes are")
    sdk = installed_sdk()
    sdk.collector()(numbers(1))  # imports what delivers
    sdk.deliver()
    os.environ["MDC_SPOOL_DIR"] = str(spool)
    start = time.perf_counter()
    sdk.collector()
    while _size(spool):
        if time.perf_counter() - start > _SECONDS:
            raise RuntimeError(f"{_size(spool)} bytes are still there")
        time.sleep(_PAUSE)
    return {"value": time.perf_counter() - start}


def _size(spool: Path) -> int:
    """Return the bytes of events in a spool, of which files vanish meanwhile."""
    size = 0
    for folder, _folders, names in os.walk(spool):
        for name in names:
            if name.endswith(".jsonl"):
                with contextlib.suppress(FileNotFoundError):
                    size += os.path.getsize(os.path.join(folder, name))
    return size
