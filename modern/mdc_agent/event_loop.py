"""The event loop of the service: uvloop's where it is installed."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

# Events wait for their batch and go without cycles: what the collector looks through, again and
# again, is alive. Of allocations beyond what was freed.
_YOUNG = 50_000


def run(main: Coroutine[Any, Any, int]) -> int:
    """Return what a coroutine returns, run to its end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    code: int = uvloop.run(main)
    return code
