"""A process of one setup, which measures what it is asked to.

Requests and answers are lines of JSON on its standard input and output.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Answer requests until the input ends: `[FILE.FUNCTION of subjects, ARGUMENTS...]`."""
    folder = Path(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an SDK prints must not get between the answers
    for line in sys.stdin:
        subject, *arguments = json.loads(line)
        module, _, function = subject.partition(".")
        measure = getattr(importlib.import_module(f"{__package__}.subjects.{module}"), function)
        print(json.dumps(measure(folder, *arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main()
