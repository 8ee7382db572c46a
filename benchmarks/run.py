"""Measures both packages in alternating rounds and prints medians and ratios; see `make bench`.

Each round has a new process for each package; every case is measured in one right after the
other. The machine may be busy and slow: compare the ratios, not the times. Nothing here fails
for a figure that is not met.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from . import collect_time, encoding, process_cpu
from .frames import MAKERS
from .table import digits, print_table

ROUNDS = 5
CPU_SHARE = 20

Case = tuple[str, ...]


class Worker:
    """A process of one environment; see `benchmarks.worker`.

    Args:
        name: `ours` or `official`.
        python: interpreter of the environment.
        port: of the collector.
        folder: for what is collected, and for what the process prints.
    """

    def __init__(self, name: str, python: str, port: int, folder: Path) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        # Nothing of the shell's settings, such as proxies, reaches what is measured.
        environ = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.worker", name, str(port), str(folder / name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("w"),
            env=environ,
            text=True,
        )

    def ask(self, case: Case) -> Any:
        """Return the answer to one request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(case), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"the worker for {self.name} ended:\n{self._log.read_text()}")
        return json.loads(answer)

    def close(self) -> None:
        """End the process, after what it still has to write."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Results:
    """The answers of all rounds.

    Attributes:
        versions: by package name, for each worker.
    """

    def __init__(self) -> None:
        self.versions: dict[str, dict[str, str]] = {}
        self._answers: dict[tuple[str, Case], list[Any]] = defaultdict(list)

    def add(self, name: str, case: Case, answer: Any) -> None:
        """Keep one answer of a worker."""
        self._answers[name, case].append(answer)

    def of(self, name: str, *case: str) -> list[Any]:
        """Return a worker's answers to a case, one for each round."""
        return self._answers[name, case]

    def percentile(self, name: str, percentile: str, *case: str) -> float:
        """Return the median over the rounds of a percentile."""
        return float(median(answer[percentile] for answer in self.of(name, *case)))


def main() -> None:
    """Measure, then print."""
    official = sys.argv[1]
    results = Results()
    with tempfile.TemporaryDirectory(prefix="mdc-bench-") as folder, _collector() as port:
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
            place = Path(folder, str(number))
            place.mkdir()
            _measure_round(
                results,
                Worker("ours", sys.executable, port, place),
                Worker("official", official, port, place),
                official_first=number % 2 == 1,
            )
    _print_machine(results)
    _print_collect(results)
    _print_cpu(results)
    _print_legacy(results)
    _print_encoding(results)
    _print_figures(results)


@contextlib.contextmanager
def _collector() -> Iterator[int]:
    """Run the collector that the official SDK posts to, and yield its port."""
    command = [sys.executable, "-m", "benchmarks.fake_collector"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _measure_round(results: Results, ours: Worker, official: Worker, official_first: bool) -> None:
    both = [official, ours] if official_first else [ours, official]
    for worker in both:
        results.versions[worker.name] = worker.ask(("versions",))
    compared: list[Case] = [("collect", data, pace) for data, pace in _collect_cases()]
    compared += [("cpu", case) for case in process_cpu.CASES]
    for case in compared:
        for worker in both:
            results.add(worker.name, case, worker.ask(case))
    alone: list[Case] = [("legacy", data, pace) for data, pace in _legacy_cases()]
    alone += [("encoding", data) for data in MAKERS]
    for case in alone:
        results.add("ours", case, ours.ask(case))
    for worker in both:
        worker.close()


def _collect_cases() -> list[tuple[str, str]]:
    return [(data, pace) for pace in collect_time.PACES for data in MAKERS]


def _legacy_cases() -> list[tuple[str, str]]:
    return [(data, pace) for pace in collect_time.PACES for data in collect_time.LEGACY_MAKERS]


def _print_machine(results: Results) -> None:
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, garbage collection on; "
        f"medians of {ROUNDS} alternating rounds"
    )
    for name, packages in results.versions.items():
        print(f"{name}: " + ", ".join(f"{package} {text}" for package, text in packages.items()))


def _print_collect(results: Results) -> None:
    rows = []
    for data, pace in _collect_cases():
        row = [f"{data}, {pace}"]
        for percentile in ("p50", "p99"):
            ours, official = (
                results.percentile(name, percentile, "collect", data, pace)
                for name in ("ours", "official")
            )
            row += [digits(ours), digits(official), digits(ours / official)]
        rows.append(row)
    print_table(
        "1. Collector.collect in the caller's thread, \u00b5s",
        ["", "p50 ours", "official", "ratio", "p99 ours", "official", "ratio"],
        rows,
    )


def _print_cpu(results: Results) -> None:
    rows = []
    for case in process_cpu.CASES:
        ours, official = (median(results.of(name, "cpu", case)) for name in ("ours", "official"))
        rows.append([case, digits(ours), digits(official), f"1/{digits(official / ours)}"])
    print_table(
        "2. CPU of the whole process for each event, all delivered, \u00b5s",
        ["", "ours", "official", "ratio"],
        rows,
    )


def _print_legacy(results: Results) -> None:
    rows = []
    for data, pace in _legacy_cases():
        times = (
            results.percentile("ours", percentile, "legacy", data, pace)
            for percentile in ("p50", "p99")
        )
        rows.append([f"{data}, {pace}", *map(digits, times)])
    print_table(
        "3. ModelDataCollector.collect in the caller's thread, CSV and JSONL, \u00b5s",
        ["", "p50", "p99"],
        rows,
    )


def _print_encoding(results: Results) -> None:
    rows = []
    for data in MAKERS:
        answers = results.of("ours", "encoding", data)
        times = {way: median(answer["times"][way] for answer in answers) for way in encoding.WAYS}
        exact = answers[0]["exact"]
        rows.append(
            [data, *(digits(times[way]) + (" " if way in exact else "*") for way in encoding.WAYS)]
        )
    print_table(
        "4. Rows as JSON, \u00b5s for each event (* numbers are rounded)",
        ["", *(f"{way} " for way in encoding.WAYS)],
        rows,
    )


def _print_figures(results: Results) -> None:
    ours, official = (
        results.percentile(name, "p50", "collect", "num 1x23", "paced")
        for name in ("ours", "official")
    )
    print("\nFigures\n")
    print(
        f"  p50 of collect, num 1x23, paced: {digits(ours / official)} of the official's, "
        f"at most 1: {_met(ours <= official)}"
    )
    # Which frame is meant is not said: the figure holds for some and not for others.
    for case in process_cpu.CASES:
        ours, official = (median(results.of(name, "cpu", case)) for name in ("ours", "official"))
        print(
            f"  CPU for each event, {case}: 1/{digits(official / ours)} of the official's, "
            f"at most 1/{CPU_SHARE}: {_met(official >= CPU_SHARE * ours)}"
        )


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"


if __name__ == "__main__":
    main()
