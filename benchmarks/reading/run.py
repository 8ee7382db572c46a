"""Reads trees, compares archives, and prints memory at 1 and 10 times the rows, and ratios.

`python -m benchmarks.reading.run [--rows N] [--rounds N]`
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Optional

from ..table import digits, print_table
from .trees import make_archive, make_tree

_MB = 1_000_000
_COLUMNS = 10
_WIDE = 3000
_MEMORY, _TIMES = 300, 1.5


def main(arguments: Sequence[str]) -> None:
    """Measure, and print; a figure that is not met is printed, no more."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.run", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    rows = options.rows
    with tempfile.TemporaryDirectory(prefix="mdc-bench-") as name:
        folder = Path(name)
        trees = {
            f"{rows:,} rows": (make_tree(folder / "small", rows, _COLUMNS), _COLUMNS),
            f"{10 * rows:,} rows": (make_tree(folder / "large", 10 * rows, _COLUMNS), _COLUMNS),
            f"{rows // 20:,} rows of {_WIDE:,} columns": (
                make_tree(folder / "wide", rows // 20, _WIDE),
                _WIDE,
            ),
        }
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
            f"Python {platform.python_version()}, duckdb {version('duckdb')}; one core"
        )
        _print_memory(trees)
        _print_times(trees[f"{rows:,} rows"], rows, options.rounds)
        _print_comparison(folder, rows, options.rounds)


def _print_memory(trees: dict[str, tuple[Path, int]]) -> None:
    table = []
    for what, (tree, columns) in trees.items():
        for way, form in (("read", "csv"), ("read", "parquet"), ("read", "jsonl"), ("join", "csv")):
            most = _run(way, tree, columns, form)["memory"] / _MB
            met = "met" if most < _MEMORY else "not met"
            table.append([f"{way}, {form}, {what}", f"{most:.0f}", f"below {_MEMORY}", met])
    print_table("Memory", ["", "MB", "figure", ""], table)


def _print_times(tree: tuple[Path, int], rows: int, rounds: int) -> None:
    table = []
    for form in ("csv", "parquet"):
        taken: dict[str, list[float]] = {"read": [], "duckdb": []}
        for number in range(rounds):
            for way in list(taken)[:: 1 if number % 2 == 0 else -1]:
                taken[way].append(_run(way, *tree, form)["seconds"])
        ratio = median(ours / theirs for ours, theirs in zip(*taken.values()))
        met = "met" if ratio <= _TIMES else "not met"
        each = [digits(median(seconds) / rows * 1e6) for seconds in taken.values()]
        table.append([form, *each, digits(ratio), f"at most {_TIMES}", met])
    print_table("Time", ["", "read, µs a row", "duckdb", "ratio", "figure", ""], table)


def _print_comparison(folder: Path, rows: int, rounds: int) -> None:
    """Compare an archive with what was made of it; of the CPU, the conversion is the measure."""
    archives = [make_archive(folder / f"archive {times}", rows * times) for times in (1, 10)]
    figures: dict[str, list[float]] = {"cpu": [], "memory": []}
    for number in range(rounds):
        made = folder / f"made {number}"
        converted = _run("migrate", archives[0], 1, "", made)
        small = _run("compare", archives[0], 1, "", made)
        figures["cpu"].append(small["seconds"] / converted["seconds"])
        figures["memory"].append(small["memory"])
    made = folder / "made large"
    converted = _run("migrate", archives[1], 1, "", made)
    one, two = (_run("compare", archives[1], jobs, "", made) for jobs in (1, 2))
    growth = one["memory"] / median(figures["memory"])
    table = [
        ["CPU, to the migration's", digits(median(figures["cpu"])), "at most 2.5"],
        ["of 10 times the rows", digits(one["seconds"] / converted["seconds"]), "at most 2.5"],
        ["their memory, to that of 1", digits(growth), "flat"],
        [
            "their time with one process, to two",
            digits(one["clock"] / two["clock"]),
            "at least 1.8",
        ],
    ]
    print_table("Comparison", ["", "measured", "figure"], table)


def _run(
    way: str, tree: Path, columns: int, form: str, out: Optional[Path] = None
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", f"{__package__}.contender", way, str(tree), str(columns)]
        written = str(out or Path(folder, "out"))
        done = subprocess.run([*command, form, written], stdout=subprocess.PIPE, check=True)
        taken: dict[str, float] = json.loads(done.stdout)
        return taken


if __name__ == "__main__":
    main(sys.argv[1:])
