"""Pauses between tries."""

from __future__ import annotations

import pytest

from mdc_core.delivery.pacing import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    """Without jitter from above: 1, 2, 4, 8, 8."""
    backoff = Backoff(first=1.0, longest=8.0, jitter=lambda: 1.0)
    assert [backoff.next() for _ in range(5)] == [1.0, 2.0, 4.0, 8.0, 8.0]


@pytest.mark.parametrize(("jitter", "pause"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_jitter_takes_up_to_half(jitter: float, pause: float) -> None:
    """Replicas that failed together come back at different times."""
    assert Backoff(first=1.0, jitter=lambda: jitter).next() == pause


def test_a_success_starts_again_from_the_first() -> None:
    """The next failure is the first of a new series."""
    backoff = Backoff(first=1.0, jitter=lambda: 1.0)
    backoff.next()
    backoff.next()
    backoff.reset()
    assert backoff.next() == 1.0


def test_the_destinations_wish_is_a_lower_bound() -> None:
    """A longer wish is granted, also beyond the longest pause; a shorter one changes nothing."""
    backoff = Backoff(first=1.0, longest=8.0, jitter=lambda: 1.0)
    assert backoff.next(retry_after=30.0) == 30.0
    assert backoff.next(retry_after=0.1) == 2.0


def test_an_endless_series_stays_at_the_longest() -> None:
    """No overflow after days of failures."""
    backoff = Backoff(first=1.0, longest=8.0, jitter=lambda: 1.0)
    assert {backoff.next() for _ in range(5000)} == {1.0, 2.0, 4.0, 8.0}
