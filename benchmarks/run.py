"""Measures all rows and curves in interleaved rounds, prints one table and writes it.

`make bench`, or `python -m benchmarks.run --official PYTHON [--migration PYTHON] [--only NAME]...`

Each round has new processes; ours and its peer are measured one right after the other, in the
other order in every second round. The machine may be busy and slow: compare ratios, not times.
A figure that is not met is printed, no more. Names of rows are those in `benchmarks.rows`; `--only`
takes the beginning of a name.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Optional

from .results.curves import Curve
from .results.figures import Figure, Result
from .results.markdown import markdown
from .results.run_file import Run
from .rows import CALIBRATED, CALIBRATION, GROWTHS, ROUNDS, ROWS, Growth, Row, Value
from .workers import Places, Workers, open_places

# Setups whose packages are printed, and under which name.
_TOLD = {"folder": "ours", "official": "official", "migration": "conversion"}
# What a worker is asked: setup, subject, arguments.
Case = tuple[str, str, tuple[object, ...]]


class Rounds:
    """The answers of all rounds."""

    def __init__(self) -> None:
        self._answers: dict[Case, list[dict[str, float]]] = defaultdict(list)

    def add(self, value: Value, answer: dict[str, float]) -> None:
        """Keep what was measured for a value."""
        self._answers[value[:3]].append(answer)

    def figure(self, value: Value) -> Figure:
        """Return the figure of a value."""
        found = [answer[value.key] for answer in self._answers[value[:3]]]
        if value.less is not None:
            found = [one - other for one, other in zip(found, self.figure(value.less).rounds)]
        return Figure(found)


def main(arguments: Sequence[str]) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.run", description=__doc__)
    parser.add_argument("--official", required=True, help="a Python with azureml-ai-monitoring")
    parser.add_argument("--migration", default=sys.executable, help="one with duckdb and polars")
    parser.add_argument("--only", action="append", default=[], help="beginning of a row's name")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--out", type=Path, help="folder for speed.md and speed.json")
    parser.add_argument("--list", action="store_true", help="print the names of all rows")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(each.name for each in (*ROWS, *GROWTHS)))
        return
    rows = [row for row in ROWS if _is_chosen(row.name, options.only)]
    growths = [growth for growth in GROWTHS if _is_chosen(growth.name, options.only)]
    if not rows and not growths:
        parser.error("no row has such a name; --list prints them")
    load = os.getloadavg()[0]
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="mdc-bench-") as name,
        open_places(Path(name), options.official, options.migration) as places,
    ):
        rounds, packages = _measure(places, rows, growths, options.rounds)
    run = Run(
        _machine(options.rounds, load, time.monotonic() - began, packages),
        [_result(row, rounds) for row in rows],
        [_curve(growth, rounds) for growth in growths],
    )
    print(markdown(run))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "speed.md").write_text(markdown(run), encoding="utf-8")
        (options.out / "speed.json").write_text(run.dumps(), encoding="utf-8")


def _measure(
    places: Places, rows: Sequence[Row], growths: Sequence[Growth], count: int
) -> tuple[Rounds, dict[str, dict[str, str]]]:
    rounds = Rounds()
    packages: dict[str, dict[str, str]] = {}
    turns: Optional[float] = None
    began = time.monotonic()
    for number in range(count):
        values = _values(rows, growths, number)
        folder = places.folder / f"round-{number}"
        folder.mkdir()
        with Workers(places, folder) as workers:
            for setup in _TOLD if not packages else ():
                packages[setup] = workers.ask(setup, "environment.packages", ())
            if turns is None and any(CALIBRATED in value.arguments for value in values):
                turns = workers.ask(*CALIBRATION[:3])["value"]
            for value in values:
                arguments = tuple(turns if each == CALIBRATED else each for each in value.arguments)
                rounds.add(value, workers.ask(value.setup, value.subject, arguments))
        _say(f"round {number + 1} of {count}: {(time.monotonic() - began) / 60:.1f} minutes")
    return rounds, packages


def _values(rows: Iterable[Row], growths: Iterable[Growth], number: int) -> list[Value]:
    """Return what a round measures, each once, ours beside the peer's."""
    wanted: dict[Case, Value] = {}
    for row in rows:
        if number < row.rounds:
            for value in (row.ours, row.peer):
                while value is not None:
                    wanted.setdefault(value[:3], value)
                    value = value.less
    for growth in growths:
        if number < growth.rounds:
            for size in growth.sizes:
                value = growth.value(size)
                wanted.setdefault(value[:3], value)
    values = list(wanted.values())
    return values if number % 2 == 0 else values[::-1]


def _result(row: Row, rounds: Rounds) -> Result:
    peer = None if row.peer is None else rounds.figure(row.peer)
    return Result(
        row.name,
        row.what,
        row.unit,
        rounds.figure(row.ours),
        row.peer_name,
        peer,
        row.wanted,
        row.more_is_better,
    )


def _curve(growth: Growth, rounds: Rounds) -> Curve:
    costs = [rounds.figure(growth.value(size)) for size in growth.sizes]
    return Curve(growth.name, growth.what, growth.unit, list(growth.sizes), costs)


def _is_chosen(name: str, beginnings: Sequence[str]) -> bool:
    return not beginnings or any(name.startswith(each) for each in beginnings)


def _machine(
    rounds: int, load: float, seconds: float, packages: dict[str, dict[str, str]]
) -> dict[str, str]:
    machine = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start",
        "Python": platform.python_version(),
        "rounds": f"{rounds}, interleaved; medians \u00b1 spread; {seconds / 60:.1f} minutes",
    }
    for setup, name in _TOLD.items():
        found = packages[setup].items()
        machine[name] = ", ".join(f"{package} {version}" for package, version in found)
    return machine


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
