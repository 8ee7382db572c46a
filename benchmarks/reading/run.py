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

from mdc_bridge.cores import usable_cores

from ..table import digits, print_table
from .trees import make_archive, make_tree

_MB = 1_000_000
_COLUMNS = 10
_WIDE = 3000
_MEMORY, _TIMES = 300, 1.5
_FORMS = ("csv", "parquet", "jsonl")
_CORES = usable_cores()


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
            f"Python {platform.python_version()}, duckdb {version('duckdb')}"
        )
        _print_memory(trees)
        small, large = list(trees)[:2]
        ways = [("read", form, large) for form in _FORMS]
        ways += [("read", form, small) for form in _FORMS[:2]]
        ways += [("join", "csv", small), ("truth", "csv", small)]
        _print_times(trees, ways, options.rounds)
        _print_limit(trees[large][0])
        _print_comparison(folder, rows, options.rounds)


def _print_memory(trees: dict[str, tuple[Path, int]]) -> None:
    ways = [("read", form) for form in _FORMS]
    ways += [("join", "csv"), ("truth", "csv"), ("frames", "joined, with truth")]
    table = []
    for what, (tree, columns) in trees.items():
        for way, form in ways:
            most = _run(way, tree, columns, form)["memory"] / _MB
            met = "met" if most < _MEMORY else "not met"
            table.append([f"{way}, {form}, {what}", f"{most:.0f}", f"below {_MEMORY}", met])
    print_table("Memory, with all cores", ["", "MB", "figure", ""], table)


def _print_times(
    trees: dict[str, tuple[Path, int]], ways: Sequence[tuple[str, str, str]], rounds: int
) -> None:
    """Print both in the same rounds: by the clock on all cores, and their CPU on one."""
    for cores, measure, title in (
        (_CORES, "clock", f"Time by the clock, {_CORES} cores each"),
        (1, "seconds", "CPU, one core each"),
    ):
        table = []
        for way, form, what in ways:
            peer = "duckdb" if way == "read" else f"duckdb {way}"
            taken: dict[str, list[float]] = {way: [], peer: []}
            for number in range(rounds):
                for each in list(taken)[:: 1 if number % 2 == 0 else -1]:
                    taken[each].append(_run(each, *trees[what], form, cores=cores)[measure])
            ratio = median(ours / theirs for ours, theirs in zip(*taken.values()))
            met = "met" if ratio <= _TIMES else "not met"
            each_took = [digits(median(seconds)) for seconds in taken.values()]
            row = [f"{way}, {form}, {what}", *each_took, digits(ratio), f"at most {_TIMES}", met]
            table.append(row)
        print_table(title, ["", "s", "duckdb", "ratio", "figure", ""], table)


def _print_limit(tree: Path) -> None:
    limited, whole = (_run(way, tree, _COLUMNS, "csv")["seconds"] for way in ("limit", "read"))
    print(f"\n  CPU of --limit 1000, to that of all rows: {digits(limited / whole)}")


def _print_comparison(folder: Path, rows: int, rounds: int) -> None:
    """Compare an archive with what was made of it; of the CPU, the conversion is the measure."""
    archives = [make_archive(folder / f"archive {times}", rows * times) for times in (1, 10)]
    figures: dict[str, list[float]] = {"cpu": [], "memory": []}
    for number in range(rounds):
        made = folder / f"made {number}"
        converted = _run("migrate", archives[0], 0, "", made, cores=1)
        small = _run("compare", archives[0], 0, "", made, cores=1)
        figures["cpu"].append(small["seconds"] / converted["seconds"])
        figures["memory"].append(small["memory"])
    made = folder / "made large"
    converted = _run("migrate", archives[1], 0, "", made, cores=1)
    one, two = (_run("compare", archives[1], 0, "", made, cores=cores) for cores in (1, 2))
    growth = one["memory"] / median(figures["memory"])
    rows_of = f"of {10 * rows:,} rows"
    figures_of = [
        ("CPU, to the migration's", median(figures["cpu"]), "at most", 2.5),
        (f"the same {rows_of}", one["seconds"] / converted["seconds"], "at most", 2.5),
        (f"memory {rows_of}, to that of {rows:,}", growth, "at most", 1.2),
        (f"time {rows_of}, one process to two", one["clock"] / two["clock"], "at least", 1.8),
    ]
    table = []
    for what, measured, bound, figure in figures_of:
        met = measured <= figure if bound == "at most" else measured >= figure
        row = [what, digits(measured), f"{bound} {figure}", "met" if met else "not met"]
        table.append(row)
    print_table("Comparison", ["", "measured", "figure", ""], table)


def _run(
    way: str,
    tree: Path,
    columns: int,
    form: str,
    out: Optional[Path] = None,
    cores: int = _CORES,
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", f"{__package__}.contender", way, str(cores), str(tree)]
        written = str(out or Path(folder, "out"))
        done = subprocess.run(
            [*command, str(columns), form, written], stdout=subprocess.PIPE, check=True
        )
        taken: dict[str, float] = json.loads(done.stdout)
        return taken


if __name__ == "__main__":
    main(sys.argv[1:])
