"""Converts the same archives in every way, in alternating rounds, and prints a table of ratios.

`python -m benchmarks.migration.run [--size MB] [--large MB] [--files N] [--rounds N]`
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ..table import digits, print_table
from .archives import KINDS, MANY_FILES, make_archive, remove_archive
from .units import make_units

_MB = 1_000_000
_CLEAN, _RUNS, _IRREGULAR = KINDS
_UNITS, _PARENT_SECONDS = 10_000, 3


class Case(NamedTuple):
    """One way to convert one archive.

    Attributes:
        way: as in `contender`.
        archive: its name.
        jobs: processes; one means one core.
    """

    way: str
    archive: str
    jobs: int = 1


CASES = (
    *(Case(way, _CLEAN) for way in ("migrate", "pandas", "duckdb", "polars", "csv")),
    Case("migrate", _RUNS),
    *(Case(way, _IRREGULAR) for way in ("migrate", "csv")),
    *(Case("migrate", MANY_FILES, jobs) for jobs in (1, 2)),
)


class Figure(NamedTuple):
    """A ratio that is promised, or another limit."""

    what: str
    measured: float
    promised: float

    @property
    def row(self) -> list[str]:
        met = "met" if self.measured >= self.promised else "not met"
        return [self.what, digits(self.measured), digits(self.promised), met]


class Speeds:
    """What was measured: bytes for each second, of CPU and of the clock."""

    def __init__(self) -> None:
        self._cpu: dict[Case, list[float]] = defaultdict(list)
        self._clock: dict[Case, list[float]] = defaultdict(list)

    def add(self, case: Case, taken: dict[str, float]) -> None:
        """Note one run."""
        self._cpu[case].append(taken["bytes"] / taken["cpu"])
        self._clock[case].append(taken["bytes"] / taken["seconds"])

    def cpu(self, case: Case) -> float:
        """Return the median for each CPU second."""
        return median(self._cpu[case])

    def clock(self, case: Case) -> float:
        """Return the median for each second."""
        return median(self._clock[case])

    def cpu_ratio(self, one: Case, other: Case) -> float:
        """Return the median of the ratios of the rounds."""
        return median(a / b for a, b in zip(self._cpu[one], self._cpu[other]))

    def clock_ratio(self, one: Case, other: Case) -> float:
        """Return the median of the ratios of the rounds."""
        return median(a / b for a, b in zip(self._clock[one], self._clock[other]))


def main(arguments: Sequence[str]) -> None:
    """Measure, and print; a figure that is not met is printed, no more."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.run", description=__doc__)
    parser.add_argument("--size", type=int, default=200, help="MB of each archive")
    parser.add_argument("--large", type=int, default=2000, help="MB of the file for memory")
    parser.add_argument("--files", type=int, default=100_000, help="small ones in one run")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mdc-bench-") as name:
        folder = Path(name)
        speeds = _speeds(folder, options.size * _MB, options.rounds)
        memory = _memory(folder, options.large * _MB)
        units = {files: _units(folder, files) for files in (_UNITS, options.files)}
    _print_machine(options.size, options.rounds)
    _print_speeds(speeds)
    _print_figures(speeds)
    most = memory / _MB
    met = "met" if most < 500 else "not met"
    print(f"\n  memory for one file of {options.large:,} MB: {most:.0f} MB, below 500: {met}")
    _print_units(units)


def _speeds(folder: Path, size: int, rounds: int) -> Speeds:
    _say(f"making {4 * size // _MB} MB of archives")
    archives = {name: make_archive(folder, name, size) for name in (*KINDS, MANY_FILES)}
    speeds = Speeds()
    for number in range(rounds):
        for case in CASES if number % 2 == 0 else CASES[::-1]:
            _say(f"round {number + 1} of {rounds}: {case.way}, {case.archive}, {case.jobs}")
            speeds.add(case, _run(case, archives[case.archive], folder))
    for archive in archives.values():
        remove_archive(archive)
    return speeds


def _memory(folder: Path, size: int) -> float:
    _say(f"one file of {size // _MB} MB")
    archive = make_archive(folder, _CLEAN, size)
    return _run(Case("migrate", _CLEAN), archive, folder)["memory"]


def _units(folder: Path, files: int) -> dict[str, float]:
    _say(f"{files:,} small files, each a unit")
    archive = make_units(folder, files)
    taken = _run(Case("migrate", "units", 2), archive, folder)
    remove_archive(archive)
    return taken


def _run(case: Case, archive: Path, folder: Path) -> dict[str, float]:
    os.sync()  # what others have written is not to be waited for here
    with tempfile.TemporaryDirectory(dir=folder) as destination:
        command = [sys.executable, "-m", f"{__package__}.contender", case.way, str(archive)]
        done = subprocess.run(
            [*command, f"{destination}/lines", str(case.jobs)], stdout=subprocess.PIPE, check=True
        )
        taken: dict[str, float] = json.loads(done.stdout)
        return taken


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_machine(size: int, rounds: int) -> None:
    packages = ", ".join(f"{name} {version(name)}" for name in ("pandas", "duckdb", "polars"))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, {packages}; archives of {size} MB; "
        f"medians of {rounds} alternating rounds"
    )


def _print_speeds(speeds: Speeds) -> None:
    ours = Case("migrate", _CLEAN)
    rows = []
    for case in CASES:
        rows.append(
            [
                f"{case.way}, {case.archive}, {case.jobs} core{'s' * (case.jobs > 1)}",
                digits(speeds.cpu(case) / _MB),
                digits(speeds.clock(case) / _MB),
                digits(speeds.cpu_ratio(case, ours)),
            ]
        )
    print_table("Conversion", ["", "MB/CPU s", "MB/s", "of migrate, clean"], rows)


def _print_units(units: dict[int, dict[str, float]]) -> None:
    rows = []
    for files, taken in units.items():
        parent = taken["parent"] / files * _UNITS
        rows.append(
            [
                f"{files:,} files, each a unit, 2 processes",
                digits(taken["seconds"]),
                digits(taken["cpu"]),
                f"{taken['memory'] / _MB:.0f}",
                digits(parent),
                f"below {_PARENT_SECONDS}",
                "met" if parent < _PARENT_SECONDS else "not met",
            ]
        )
    for_each = f"CPU s of the parent for {_UNITS:,}"
    print_table("Units", ["", "s", "CPU s", "MB", for_each, "figure", ""], rows)


def _print_figures(speeds: Speeds) -> None:
    clean = Case("migrate", _CLEAN)
    faster = max((Case(way, _CLEAN) for way in ("duckdb", "polars")), key=speeds.cpu)
    irregular = (Case("migrate", _IRREGULAR), Case("csv", _IRREGULAR))
    cores = (Case("migrate", MANY_FILES, 2), Case("migrate", MANY_FILES, 1))
    figures = (
        Figure("clean, to pandas (a slice)", speeds.cpu_ratio(clean, Case("pandas", _CLEAN)), 60),
        Figure(f"clean, to {faster.way}", speeds.cpu_ratio(clean, faster), 3),
        Figure("runs, to clean", speeds.cpu_ratio(Case("migrate", _RUNS), clean), 0.5),
        Figure("irregular, to the csv module", speeds.cpu_ratio(*irregular), 1),
        Figure("two cores, to one", speeds.clock_ratio(*cores), 1.8),
    )
    print_table("Ratios", ["", "measured", "at least", ""], [figure.row for figure in figures])


if __name__ == "__main__":
    main(sys.argv[1:])
