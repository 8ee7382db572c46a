"""What tests wait for, where only another thread or process can make it so."""

from __future__ import annotations

import time
from typing import Any, Callable

DEADLINE = 60.0


def wait_until(condition: Callable[[], Any], what: str, seconds: float = DEADLINE) -> None:
    """Poll a condition up to a deadline."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"in {seconds} s not: {what}"
        time.sleep(0.01)
