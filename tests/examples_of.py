"""How many examples a property has that needs more or fewer than others."""

from __future__ import annotations

from hypothesis import settings

USUAL = 60


def examples(count: int) -> int:
    """Return a number of examples, or as small a part of it as the profile makes of the usual."""
    return max(1, count * settings.default.max_examples // USUAL)
