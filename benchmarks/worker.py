"""A process in one of the two environments, which measures what it is asked to.

Requests and answers are lines of JSON on its standard input and output.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Callable

from . import collect_time, encoding, process_cpu
from .sdks import open_sdk, versions


def main() -> None:
    """Answer requests until the input ends."""
    name, port, folder = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an SDK prints must not get between the answers
    sdk = open_sdk(name, int(port), folder)
    subjects: dict[str, Callable[..., Any]] = {
        "versions": versions,
        "collect": lambda *case: collect_time.measure(sdk, *case),
        "legacy": lambda *case: collect_time.measure_legacy(sdk, *case),
        "cpu": lambda *case: process_cpu.measure(sdk, *case),
        "encoding": encoding.measure,
    }
    for line in sys.stdin:
        subject, *case = json.loads(line)
        print(json.dumps(subjects[subject](*case)), file=answers, flush=True)


if __name__ == "__main__":
    main()
