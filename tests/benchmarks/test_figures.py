"""A row's figure is the median of its rounds, with a spread; its ratio is taken round by round."""

from __future__ import annotations

import pytest
from benchmarks.results.figures import Figure, Result, Wanted, percentile


def result(wanted: Wanted, ours: float = 3.0, peer: float = 10.0) -> Result:
    return Result("name", "what", "us", Figure([ours]), "peer", Figure([peer]), wanted)


def test_median_and_spread() -> None:
    """One round that a busy machine made slow changes neither."""
    assert Figure([10, 11, 12, 13, 500]).median == 12
    assert Figure([10, 11, 12, 13, 500]).spread == pytest.approx(1.4826)
    assert Figure([10, 11, 12, 13, 14]).spread == pytest.approx(1.4826)


def test_ratio_is_taken_round_by_round() -> None:
    """A round in which the machine was slow for both has the ratio of the others."""
    ours, peer = Figure([1, 2, 30]), Figure([10, 20, 300])
    ratio = Result("name", "what", "us", ours, "peer", peer).ratio
    assert ratio is not None
    assert ratio.median == pytest.approx(0.1)
    assert ratio.spread == pytest.approx(0)


@pytest.mark.parametrize(
    ("wanted", "is_met"),
    [
        (Wanted(3), True),
        (Wanted(2.9), False),
        (Wanted(3, at_least=True), True),
        (Wanted(3.1, at_least=True), False),
        (Wanted(0.3, of_ratio=True), True),
        (Wanted(0.29, of_ratio=True), False),
        (Wanted(0.3, of_ratio=True, at_least=True), True),
    ],
)
def test_bounds(wanted: Wanted, is_met: bool) -> None:
    """Of ours or of the ratio, the most or the least; the bound itself meets it."""
    assert result(wanted).is_met is is_met


def test_a_row_without_a_bound_is_neither() -> None:
    """There is nothing to meet."""
    assert Result("name", "what", "us", Figure([1])).is_met is None


def test_a_bound_on_a_ratio_needs_a_peer() -> None:
    """Without a peer it is not met, whatever ours is."""
    assert (
        Result("name", "what", "us", Figure([1]), wanted=Wanted(9, of_ratio=True)).is_met is False
    )


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.5, 50), (0.99, 99), (1.0, 99)])
def test_percentile(share: float, expected: int) -> None:
    """Of a hundred numbers."""
    assert percentile(list(range(100)), share) == expected
