"""Pipelines of lines to a place, as tests make them."""

from __future__ import annotations

import threading
from typing import Any

from mdc_core.transport.pipeline import Pipeline

MANY = 10**9


def make(place: Any, max_events: int = 1000, max_bytes: int = MANY, **options: Any) -> Pipeline:
    """Return a pipeline of lines to a place."""
    return Pipeline(lambda: place, None, max_events, max_bytes, 5.0, **options)


def writers() -> list[threading.Thread]:
    """Return the writer threads of this process."""
    return [thread for thread in threading.enumerate() if thread.name == "mdc-writer"]
