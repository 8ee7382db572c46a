"""Counts the instructions of `collect` and of the encoder, and compares them with a baseline.

`make bench-instructions`, or `python -m benchmarks.instructions.run [--write]`

valgrind counts, which needs no counters of the processor: virtual machines often have none.
Baselines are committed, one for each minor version of Python. Exits with 1 when a case takes more
than a tenth more than the baseline's, where the packages are the same; where they are not, it
only prints.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from ..results.markdown import table
from ..sdks import versions
from .counts import MOST, Change, Counts, changes, parse_calls

_BASELINES = Path(__file__).parent / "baselines"
_PACKAGES = ("numpy", "orjson", "pandas")
_VALGRIND = ("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
# Without them two runs differ.
_STEADY = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def main(arguments: Sequence[str]) -> int:
    """Count, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.run", description=__doc__)
    parser.add_argument("--write", action="store_true", help="make this the baseline")
    options = parser.parse_args(arguments)
    program = shutil.which("valgrind")
    if program is None:
        print("bench-instructions: NOT RUN, no valgrind on this machine")
        return 0
    counts = _count(program)
    minor = ".".join(platform.python_version_tuple()[:2])
    path = _BASELINES / f"{minor}.json"
    if options.write:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(counts._asdict(), indent=1) + "\n", encoding="utf-8")
    baseline = _read(path)
    compared = changes(counts, baseline or counts)
    print(f"Python {platform.python_version()}, {_said(counts.packages)}\n")
    print(
        table(("instructions of a call", "", "to the baseline"), [_row(each) for each in compared])
    )
    if baseline is None:
        print(f"NOT COMPARED: there is no baseline of Python {minor}")
        return 0
    if baseline.packages != counts.packages:
        print(f"no bound: the baseline's packages are {_said(baseline.packages)}")
        return 0
    worse = [each.case for each in compared if each.ratio is not None and each.ratio > MOST]
    if worse:
        print(f"more than {MOST} times the baseline: {', '.join(worse)}")
        print("`make bench-instructions WRITE=1` makes a new baseline, if that is meant")
    return 1 if worse else 0


def _count(valgrind: str) -> Counts:
    with tempfile.TemporaryDirectory(prefix="mdc-bench-") as folder:
        done = subprocess.run(
            [valgrind, *_VALGRIND, sys.executable, "-m", f"{__package__}.cases", folder],
            capture_output=True,
            env={**os.environ, **_STEADY},
            check=False,
            text=True,
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    found = versions()
    packages = {name: found[name] for name in _PACKAGES if name in found}
    return Counts(packages, parse_calls(done.stdout, done.stderr))


def _read(path: Path) -> Optional[Counts]:
    return Counts(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _row(change: Change) -> list[str]:
    ratio = "new" if change.ratio is None else f"{change.ratio:.3f}"
    return [change.case, f"{change.calls:,.0f}", ratio]


def _said(packages: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
