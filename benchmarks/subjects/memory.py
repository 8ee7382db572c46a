"""What a process grows by while events wait in memory and nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

from ..frames import MAKERS
from ..sdks import Collect, installed_sdk

_MB = 1_000_000
_NO_BOUND = str(10**12)
_WARM_UP = 10


def waiting(_folder: Path, data: str, count: int) -> dict[str, float]:
    """Return the MB that a process has grown by while so many events wait."""
    collect = _collector(_NO_BOUND)
    before = _resident()
    make = MAKERS[data]
    for _ in range(count):
        collect(make())
    return {"value": (_resident() - before) / _MB}


def filled(_folder: Path, data: str, megabytes: int) -> dict[str, float]:
    """Return the MB that a process has grown by when the queue is full.

    Args:
        data: of each event.
        megabytes: `MDC_QUEUE_BYTES`.
    """
    import mdc_core

    collect = _collector(str(megabytes * _MB))
    before = _resident()
    make = MAKERS[data]
    try:
        while True:
            collect(make())
    except mdc_core.QueueFullError:
        return {"value": (_resident() - before) / _MB}


def _collector(queue_bytes: str) -> Collect:
    os.environ["AZUREML_MDC_QUEUE_CAPACITY"] = _NO_BOUND
    os.environ["MDC_QUEUE_BYTES"] = queue_bytes
    collect = installed_sdk().collector()
    for _ in range(_WARM_UP):
        collect(MAKERS["num 1x23"]())
    return collect


def _resident() -> int:
    """Return the bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
