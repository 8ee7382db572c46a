"""A way to have several calls written together: a value that the writer stops at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azureml.monitoring import ModelDataCollector


class _Gate:
    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __deepcopy__(self, memo: dict[int, Any]) -> _Gate:
        return self

    def __str__(self) -> str:
        self.reached.set()
        self.opened.wait(30)
        return "gate"


@contextmanager
def held_writer() -> Iterator[None]:
    """Hold the writer thread up, so that what the block collects waits and is written at once."""
    gate = _Gate()
    ModelDataCollector("gate", "signals").collect([gate])
    assert gate.reached.wait(30)
    try:
        yield
    finally:
        gate.opened.set()
