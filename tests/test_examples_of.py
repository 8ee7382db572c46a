"""Numbers of examples follow the profile."""

from __future__ import annotations

from hypothesis import settings

from tests.examples_of import USUAL, examples


def test_a_profile_scales_every_number() -> None:
    """Whatever the profile: its own number for the usual, in proportion for others, never none."""
    own = settings.default.max_examples
    assert examples(USUAL) == own
    assert examples(5 * USUAL) == 5 * own
    assert examples(1) >= 1
