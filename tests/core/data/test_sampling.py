"""Sampling goes by the correlation id alone."""

from __future__ import annotations

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
