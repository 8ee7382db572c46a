"""The two collectors of a scoring script, behind one call."""

from __future__ import annotations

import sys
from typing import Any, Callable

import pandas

from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector


def make_collect(kind: str) -> Callable[..., None]:
    """Return `collect(n, ...)` of a new collector, which collects one row of a column `n`."""
    if kind == "legacy":
        old = ModelDataCollector("model", designation="inputs", feature_names=["n"])
        return lambda value: _ignore(old.collect([value]))
    new = Collector(name="numbers")
    return lambda value: _ignore(new.collect(pandas.DataFrame({"n": [value]})))


def ready() -> None:
    """Tell the test that it may go on, and wait until it says so."""
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.readline()


def _ignore(_: Any) -> None:
    return
