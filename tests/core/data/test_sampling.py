"""Sampling goes by the correlation id, and by which use of it a request is."""

from __future__ import annotations

import math
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.sampling import is_sampled

ANY_TEXT = st.text(st.characters(blacklist_categories=()))


@given(ANY_TEXT)
def test_all_and_nothing_are_exact(identifier: str) -> None:
    """100 percent keeps every id, 0 percent none, whatever text the id is."""
    assert is_sampled(identifier, 100)
    assert not is_sampled(identifier, 0)


@given(ANY_TEXT, st.floats(0, 100), st.floats(0, 100))
def test_a_higher_rate_keeps_what_a_lower_one_kept(
    identifier: str, one: float, other: float
) -> None:
    """Collections with different rates hold the same requests as far as the lower rate goes."""
    low, high = sorted((one, other))
    assert is_sampled(identifier, high) or not is_sampled(identifier, low)


@pytest.mark.parametrize("percentage", [1, 10, 50, 99])
def test_the_rate_is_kept(percentage: float) -> None:
    """Of many ids the asked share is kept, within half a percentage point."""
    kept = sum(is_sampled(f"request-{number}", percentage) for number in range(50_000))
    assert abs(kept / 500 - percentage) < 0.5


def test_the_answer_is_the_same_in_every_process() -> None:
    """The decision is a published hash of the id, not the process's own seeded one."""
    identifier = "9b0126a1-a20d-47a6-bfff-c4431049e6c0"
    share = zlib.crc32(identifier.encode()) / 2**32 * 100
    assert is_sampled(identifier, share + 0.01)
    assert not is_sampled(identifier, share - 0.01)


@given(ANY_TEXT, st.floats(1, 99), st.integers(1, 2000), st.integers(1, 7))
def test_of_the_uses_of_one_id_the_asked_share_is_kept(
    identifier: str, percentage: float, uses: int, every: int
) -> None:
    """No further from it than chance would be, also where only some of the uses are looked at."""
    kept = sum(is_sampled(identifier, percentage, use) for use in range(0, uses * every, every))
    share = percentage / 100
    tolerance = 4 * math.sqrt(uses * share * (1 - share)) + 4
    assert abs(kept - uses * share) <= tolerance


@given(ANY_TEXT, st.floats(0, 100), st.integers(0, 3))
def test_the_first_uses_are_alike(identifier: str, percentage: float, use: int) -> None:
    """A call that was sent twice, or missed by a collection, is sampled as if it was not."""
    assert is_sampled(identifier, percentage, use) == is_sampled(identifier, percentage)


@given(ANY_TEXT, st.floats(0, 100), st.floats(0, 100), st.integers(0, 10_000))
def test_a_higher_rate_keeps_every_use_that_a_lower_one_kept(
    identifier: str, one: float, other: float, use: int
) -> None:
    """Rates of collections nest, for each use as for ids."""
    low, high = sorted((one, other))
    assert is_sampled(identifier, high, use) or not is_sampled(identifier, low, use)
