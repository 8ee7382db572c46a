"""Collects numbers with a collector made where `PLACE` says, and notes each that was accepted."""

from __future__ import annotations

import os
import threading
from typing import Optional

import pandas

import mdc_core
from azureml.ai.monitoring import Collector

_collector: Optional[Collector] = None
_making = threading.Lock()
_accepted = os.open(os.environ["ACCEPTED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def at(place: str) -> None:
    """Make the collector, if this is the place."""
    if place == os.environ["PLACE"]:
        _make()


def collect(number: int) -> bool:
    """Collect a number; return whether it was accepted."""
    if _collector is None:
        with _making:
            if _collector is None:
                _make()
    assert _collector is not None
    try:
        _collector.collect(pandas.DataFrame({"n": [number]}))
    except mdc_core.QueueClosedError:
        return False
    os.write(_accepted, b"%d\n" % number)
    return True


def _make() -> None:
    global _collector
    _collector = Collector(name="numbers")


at("import")
if os.environ["PLACE"] == "thread":
    thread = threading.Thread(target=_make)
    thread.start()
    thread.join()
