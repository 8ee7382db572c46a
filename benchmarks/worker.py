"""A process of one setup, which measures what it is asked to.

`python -m benchmarks.worker FOLDER [ahead]`. Requests and answers are lines of JSON on its
standard input and output. `ahead` of all other programs of the machine, where the system permits
it, so that a time is not that of a wait for a core.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Answer requests until the input ends: `[FILE.FUNCTION of subjects, ARGUMENTS...]`."""
    folder = Path(sys.argv[1])
    if "ahead" in sys.argv[2:]:
        with contextlib.suppress(AttributeError, PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an SDK prints must not get between the answers
    for line in sys.stdin:
        subject, *arguments = json.loads(line)
        module, _, function = subject.partition(".")
        measure = getattr(importlib.import_module(f"{__package__}.subjects.{module}"), function)
        print(json.dumps(measure(folder, *arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main()
