"""Measures the collector service beside peers, and prints tables.

`python -m benchmarks.agent.run [OFFICIAL_PYTHON] [--rounds N] [--seconds N]`
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from . import events, payloads


def main(arguments: Sequence[str]) -> None:
    """Measure, and print; a figure that is not met is printed, no more."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.run", description=__doc__)
    parser.add_argument("official", nargs="?", help="a Python that has azureml-ai-monitoring")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args(arguments)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, aiohttp {version('aiohttp')}"
    )
    with tempfile.TemporaryDirectory(prefix="mdc-bench-") as name:
        events.measure(Path(name), options.rounds, options.seconds, options.official)
        payloads.measure(Path(name), options.rounds, options.seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
