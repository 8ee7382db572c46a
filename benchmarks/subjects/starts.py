"""What the start and the end of a process take longer for collection."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

_TRIES = 3
_IMPORT = """
import sys, time
import pandas
began = time.process_time()
import {face}
took = time.process_time() - began
loaded = [name for name in sys.modules if name.startswith("azure.")]
print(took, sum(not name.startswith("azure.ai") for name in loaded))
"""
# What the process has last done is printed when it begins to end.
_EXIT = """
import time
import pandas
frame = pandas.DataFrame([[at + 0.5 for at in range(23)]])
if {count}:
    from azureml.ai.monitoring import Collector
    collect = Collector(name="model_inputs").collect
    for _ in range({count}):
        collect(frame)
print(time.monotonic(), flush=True)
"""


def import_time(_folder: Path, face: str) -> dict[str, float]:
    """Return the milliseconds of CPU of an import behind pandas', and Azure's packages in it."""
    took, packages = _run(_IMPORT.format(face=face)).split()
    return {"ms": float(took) * 1000, "azure": float(packages)}


def exit_time(_folder: Path, count: int) -> dict[str, float]:
    """Return the milliseconds from a script's last line until its process is gone, the least.

    Args:
        count: of events that it has collected, one behind the other; 0 imports nothing of ours.
    """
    return {"value": min(_exit(count) for _ in range(_TRIES))}


def _exit(count: int) -> float:
    printed = _run(_EXIT.format(count=count))
    return (time.monotonic() - float(printed.split()[-1])) * 1000


def _run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, check=True, env=os.environ
    )
    return done.stdout.decode()
