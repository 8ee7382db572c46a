"""A cell that raises anything costs its event alone, in the caller's thread and in ours."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting


class NoException(BaseException):
    """What is raised past every `except Exception`, as timeouts of some libraries are."""


ERRORS = (NoException, SystemExit, GeneratorExit, asyncio.CancelledError, KeyboardInterrupt)
METHODS = (
    *("__str__", "__repr__", "__deepcopy__", "__reduce_ex__", "__len__", "__iter__", "keys"),
    *("__class__", "isoformat", "toDict", "x"),
)
BASES = (object, list, dict)


def _cell(base: type, method: str, error: type[BaseException]) -> Any:
    def fail(*_arguments: Any) -> Any:
        raise error

    is_attribute = method in ("__class__", "isoformat", "x")
    return type("Cell", (base,), {method: property(fail) if is_attribute else fail})()


def _array(cell: Any) -> Any:
    array = np.empty((1, 2), dtype=object)
    array[0, 0], array[0, 1] = cell, 1
    return array


HOLDERS: dict[str, Callable[[Any], Any]] = {
    "list": lambda cell: [cell, 1],
    "rows": lambda cell: [[cell, 1]],
    "array": _array,
    # By an array: old pandas looks into what it makes a column of.
    "frame": lambda cell: pd.DataFrame({"a": pd.Series(_array(cell)[0, :1], dtype=object)}),
}
CASES = list(itertools.product(HOLDERS, BASES, METHODS, ERRORS))


def _in_a_thread(action: Callable[[], Any]) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001  that is what is asked
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failed == []


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_next_events_are_collected(holder: str) -> None:
    """Every base, method and error in one process: nothing passes to the script, all is counted."""
    cases = [case for case in CASES if case[0] == holder]
    assert len(cases) == 165
    with collecting() as collected, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inputs = ModelDataCollector("m", "inputs", ["a"])

        def collect() -> None:
            for number, (_, base, method, error) in enumerate(cases):
                inputs.collect(HOLDERS[holder](_cell(base, method, error)))
                inputs.collect([number])

        _in_a_thread(collect)
        assert mdc_core.flush(20)
        (counts,) = mdc_core.counts()
    assert counts.written + sum(counts.dropped.values()) == 2 * len(cases)
    ordinary = [
        line["data"][0]["a"]
        for line in collected.lines("model_inputs")
        if type(line["data"][0]["a"]) is int
    ]
    assert ordinary == list(range(len(cases)))


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("method", METHODS)
def test_the_new_collector_as_well(
    method: str, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame of such cells is kept or told of, and the next one is collected."""
    told: list[Exception] = []
    with collecting("modern") as collected:
        collector = Collector(name="c", on_error=told.append)

        def collect() -> None:
            for base in BASES:
                collector.collect(HOLDERS["frame"](_cell(base, method, error)))
            collector.collect(pd.DataFrame({"a": [7]}))

        _in_a_thread(collect)
        assert mdc_core.flush(20)
        (counts,) = mdc_core.counts()
    assert counts.written + sum(counts.dropped.values()) == 4
    assert collected.lines("c")[-1]["data"] == [{"a": 7}]


@pytest.mark.parametrize("error", [each for each in ERRORS if each is not KeyboardInterrupt])
def test_the_main_thread_is_spared_too(error: type[BaseException]) -> None:
    """There a handler of a signal could have raised it; the cell did."""
    with collecting() as collected:
        inputs = ModelDataCollector("m", "inputs")
        for method in METHODS:
            inputs.collect([_cell(object, method, error)])
        inputs.collect([1])
    assert collected.lines("model_inputs")[-1]["data"] == [{"column_0": 1}]


@pytest.mark.parametrize("raised", [SystemExit, TimeoutError])
def test_the_end_of_a_worker_is_not_held_up(raised: type[BaseException]) -> None:
    """What a handler of a signal raises while a cell is copied passes through `collect`."""

    class Slow:
        def __deepcopy__(self, _memo: Any) -> Any:
            os.kill(os.getpid(), signal.SIGUSR1)

    def end(*_arguments: Any) -> None:
        raise raised

    before = signal.signal(signal.SIGUSR1, end)
    try:
        with collecting(), pytest.raises(raised):
            ModelDataCollector("m", "inputs").collect([Slow()])
    finally:
        signal.signal(signal.SIGUSR1, before)
