"""One way to convert an archive, in a process of its own: arguments WAY SOURCE DESTINATION JOBS.

Prints what it took, without the start of Python and the imports, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path

WAYS = ("migrate", "pandas", "duckdb", "polars", "csv")


def main() -> None:
    """Convert, and print bytes, seconds and the most memory that one process took."""
    way, source, destination, jobs = sys.argv[1:]
    if int(jobs) == 1:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        os.environ["POLARS_MAX_THREADS"] = "1"
    module = importlib.import_module(f"{__package__}.by_{way}")
    os.makedirs(destination)
    arguments = (int(jobs),) if way == "migrate" else ()
    cpu, own, start = _cpu(), time.process_time(), time.perf_counter()
    size = module.convert(Path(source), Path(destination), *arguments)
    seconds = time.perf_counter() - start
    most = max(resource.getrusage(who).ru_maxrss for who in _WHO)
    taken = {
        "bytes": size,
        "seconds": seconds,
        "cpu": _cpu() - cpu,
        "parent": time.process_time() - own,
        "memory": most * 1024,
    }
    print(json.dumps(taken))


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in _WHO]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
