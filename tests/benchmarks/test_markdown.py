"""A run is written as one table, and comes back from its JSON as it was."""

from __future__ import annotations

from typing import List

from benchmarks.results.curves import Curve
from benchmarks.results.figures import Figure, Result, Wanted
from benchmarks.results.markdown import markdown
from benchmarks.results.run_file import Run

RUN = Run(
    {"machine": "x86_64, 2 cores"},
    [
        Result(
            "collect",
            "`collect` 1x23",
            "us",
            Figure([5, 6, 7]),
            "official",
            Figure([20, 24, 28]),
            Wanted(0.3, of_ratio=True),
        ),
        Result("rate", "burst", "events/s", Figure([70_000]), wanted=Wanted(80_000, at_least=True)),
        Result("rest", "no bound", "", Figure([0])),
    ],
    [Curve("rows", "CPU by rows", "ms", [1, 10], [Figure([1, 1]), Figure([10, 10])])],
)

HEADER = ["what", "ours", "peer", "ratio", "wanted", "met"]
ROWS = [
    ["`collect` 1x23", "6.00 ± 1.48 us", "official 24.0 ± 5.93 us", "0.250"]
    + ["ratio at most 0.3", "yes"],
    ["burst", "70,000 events/s", "", "", "at least 80,000 events/s", "no"],
    ["no bound", "0.00", "", "", "", ""],
    ["exponent: CPU by rows", "1.00, at the end 1.00", "", "", "at most 1.1", "yes"],
]
POINTS = [["what grows", "size: cost", "unit"], ["CPU by rows", "1: 1.00, 10: 10.0", "ms"]]


def tables() -> List[str]:
    """Return the tables of the run's text."""
    return [part for part in markdown(RUN).split("\n\n") if part.startswith("|")]


def test_table() -> None:
    """What, ours, the peer's, their ratio, what is wanted, and whether it is met."""
    shown = [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        for table in tables()
    ]
    for table in shown:
        del table[1]  # the rule below the header
    assert shown == [[HEADER, *ROWS], POINTS]
    assert markdown(RUN).startswith("- machine: x86_64, 2 cores\n")


def test_columns_are_aligned() -> None:
    """Lines of one table have one length."""
    assert [len({len(line) for line in table.splitlines()}) for table in tables()] == [1, 1]


def test_json() -> None:
    """Nothing is lost on the way to the file and back."""
    assert Run.loads(RUN.dumps()) == RUN
