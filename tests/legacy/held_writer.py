"""A way to have several calls written together: a value that the writer stops at."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azureml.monitoring import ModelDataCollector


class _Gate(datetime.tzinfo):
    """Is asked when a time of its zone is written; holds up no thread but the writer's."""

    def __init__(self) -> None:
        self.caller = threading.get_ident()
        self.reached = threading.Event()
        self.opened = threading.Event()

    def utcoffset(self, _moment: Any) -> datetime.timedelta:
        if threading.get_ident() != self.caller:
            self.reached.set()
            self.opened.wait(30)
        return datetime.timedelta(0)


@contextmanager
def held_writer() -> Iterator[None]:
    """Hold the writer thread up, so that what the block collects waits and is written at once."""
    gate = _Gate()
    moment = datetime.datetime(2026, 11, 21, tzinfo=gate)
    ModelDataCollector("gate", "signals").collect([moment])
    assert gate.reached.wait(30)
    try:
        yield
    finally:
        gate.opened.set()
