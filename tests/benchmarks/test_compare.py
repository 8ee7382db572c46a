"""Two runs are compared figure by figure: what lies beyond the noise of both has changed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import List, Optional

import pytest
from benchmarks.results.compare import changes, main
from benchmarks.results.curves import Curve
from benchmarks.results.figures import Figure, Result
from benchmarks.results.run_file import Run


def run_of(
    ours: List[float], peer: Optional[List[float]] = None, more_is_better: bool = False
) -> Run:
    figure = None if peer is None else Figure(peer)
    row = Result("a", "what", "us", Figure(ours), "peer", figure, None, more_is_better)
    return Run({}, [row], [])


OLD = [100.0, 102.0, 98.0, 101.0, 99.0]


@pytest.mark.parametrize(
    ("factor", "more_is_better", "is_beyond", "is_worse"),
    [
        (1.0, False, False, False),
        (1.15, False, False, False),  # beyond the spread, below a fifth
        (1.5, False, True, True),
        (0.5, False, True, False),
        (1.5, True, True, False),
        (0.5, True, True, True),
    ],
)
def test_rule(factor: float, more_is_better: bool, is_beyond: bool, is_worse: bool) -> None:
    """A cost becomes worse when it rises, a rate when it falls."""
    new = [each * factor for each in OLD]
    (change,) = changes(
        run_of(OLD, more_is_better=more_is_better), run_of(new, more_is_better=more_is_better)
    )
    assert (change.is_beyond_noise, change.is_worse) == (is_beyond, is_worse)


def test_noise_hides_what_is_smaller_than_it() -> None:
    """Half as much again is no change where the rounds differ by as much."""
    noisy = [50.0, 150.0, 100.0, 70.0, 130.0]
    (change,) = changes(run_of(noisy), run_of([each * 1.5 for each in noisy]))
    assert not change.is_beyond_noise


def test_a_slow_machine_changes_no_ratio() -> None:
    """Where there is a peer, both are twice as slow, and nothing has changed."""
    old = run_of(OLD, [1000.0] * 5)
    new = run_of([each * 2 for each in OLD], [2000.0] * 5)
    (change,) = changes(old, new)
    assert not change.is_beyond_noise


def test_the_same_code_rarely_differs() -> None:
    """Of 300 figures of the same distribution hardly one lies beyond the noise."""
    chance = random.Random(11)

    def rounds() -> List[float]:
        return [chance.lognormvariate(3, 0.1) for _ in range(5)]

    found = [changes(run_of(rounds()), run_of(rounds()))[0] for _ in range(300)]
    assert sum(change.is_beyond_noise for change in found) <= 3


def test_only_what_both_have_measured() -> None:
    """A row that one of them lacks is not compared."""
    other = Run({}, [Result("b", "what", "us", Figure(OLD))], [])
    assert changes(run_of(OLD), other) == []


def test_curves_are_compared_by_exponent() -> None:
    """A cost that begins to grow with the square is worse."""
    sizes = [1, 10, 100]

    def run(power: float) -> Run:
        costs = [Figure([float(size) ** power] * 3) for size in sizes]
        return Run({}, [], [Curve("c", "CPU by rows", "ms", sizes, costs)])

    (change,) = changes(run(1), run(2))
    assert change.is_worse


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints what has changed, and says by its exit code whether anything is worse."""
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(run_of(OLD, [1000.0] * 5).dumps())
    new.write_text(run_of([each * 3 for each in OLD], [1000.0] * 5).dumps())
    assert main([str(old), str(new)]) == 1
    assert "worse" in capsys.readouterr().out
    assert main([str(new), str(old)]) == 0
    assert "0 worse, 1 better" in capsys.readouterr().out
    assert main([str(old), str(old)]) == 0
    assert "1 within noise" in capsys.readouterr().out
