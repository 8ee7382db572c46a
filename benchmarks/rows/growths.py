"""What collecting costs as something grows; each size is about four times the one before."""

from __future__ import annotations

from .kinds import Growth

_FOURS = (1, 4, 16, 64)

GROWTHS = (
    Growth("rows", "CPU by rows of an event", "ms", (1, 10, 100, 1000, 10_000)),
    Growth("columns", "CPU by columns of an event", "ms", (*_FOURS, 256, 1024)),
    Growth("collectors", "CPU by collectors", "ms", _FOURS),
    Growth("threads", "CPU by threads", "ms", _FOURS),
    Growth("processes", "CPU by processes on one folder", "ms", (1, 2, 4, 8)),
    Growth("partitions", "CPU by open partitions", "ms", (*_FOURS, 256)),
    Growth(
        "spool-azurite",
        "recovery by kB left in the spool, to Azurite",
        "s",
        (1000, 4000, 16_000, 64_000),
        "azurite",
        "recovery.recover",
    ),
    Growth(
        "spool-collector",
        "recovery by kB left in the spool, to a collector",
        "s",
        (250, 1000, 4000),
        "collector",
        "recovery.recover",
    ),
)
