"""How far the work is, for callers that show it."""

from __future__ import annotations

from typing import Callable, Optional

# Called with what is done and what there is in all, both in bytes; None where that is not known.
Progress = Callable[[int, Optional[int]], None]
# Called with bytes that were read.
Count = Callable[[int], None]


def silent(done: int, total: Optional[int] = None) -> None:
    """Show nothing."""
