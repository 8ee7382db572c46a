"""The exponent of a curve is that of the power law that its costs follow."""

from __future__ import annotations

import math
import random
from typing import Callable, List

import pytest
from benchmarks.results.curves import Curve, exponent
from benchmarks.results.figures import Figure
from hypothesis import given
from hypothesis import strategies as st

SIZES = [1, 10, 100, 1000, 10_000]


def curve(cost: Callable[[float], float], rounds: int = 3, noise: float = 0.0) -> Curve:
    chance = random.Random(5)
    costs = [
        Figure([cost(size) * (1 + chance.uniform(-noise, noise)) for _ in range(rounds)])
        for size in SIZES
    ]
    return Curve("name", "what", "ms", SIZES, costs)


@given(
    power=st.floats(-2, 3),
    factor=st.floats(1e-6, 1e6),
    sizes=st.sets(st.integers(1, 10**6), min_size=2),
)
def test_a_power_law_has_its_own_exponent(power: float, factor: float, sizes: List[int]) -> None:
    """Whatever the factor and the sizes."""
    ordered = sorted(sizes)
    found = exponent(ordered, [factor * size**power for size in ordered])
    assert found == pytest.approx(power, abs=1e-6)


@pytest.mark.parametrize(
    ("cost", "is_met"),
    [
        (lambda n: 7.0, True),
        (lambda n: 50 + 3 * n, True),
        (lambda n: n, True),
        (lambda n: n * math.log(n + 1), False),
        (lambda n: 10_000 + n * n, False),
        (lambda n: n**1.5, False),
    ],
    ids=["constant", "fixed and linear", "linear", "n log n", "fixed and square", "n^1.5"],
)
def test_what_grows_faster_than_its_size_is_found(
    cost: Callable[[float], float], is_met: bool
) -> None:
    """Also under noise, and where a fixed cost hides it in small sizes."""
    assert curve(cost).is_met is is_met
    assert curve(cost, noise=0.1).is_met is is_met


def test_each_round_has_its_exponent() -> None:
    """The spread of a curve comes from its rounds."""
    noisy = curve(lambda n: n, rounds=5, noise=0.2).fitted
    assert len(noisy.rounds) == 5
    assert noisy.median == pytest.approx(1, abs=0.05)
    assert noisy.spread > 0


@pytest.mark.parametrize(("sizes", "costs"), [([1], [1]), ([2, 2], [1, 2]), ([1, 2, 3], [1, 2])])
def test_what_has_no_slope(sizes: List[float], costs: List[float]) -> None:
    """One size alone, or costs that belong to no size."""
    with pytest.raises(ValueError, match="two or more"):
        exponent(sizes, costs)
