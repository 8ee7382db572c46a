"""Predictions share the id of their inputs without being told: threads and tasks."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import Any

import numpy as np

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting

REQUESTS = 16


def _pairs(collected: MemoryDestination) -> list[tuple[Any, Any]]:
    """Return input and output values joined by correlation id, as a monitor joins them."""
    inputs = {
        line["correlationid"]: line["data"][0]["x"] for line in collected.lines("model_inputs")
    }
    outputs = {
        line["correlationid"]: line["data"][0]["y"] for line in collected.lines("model_outputs")
    }
    assert inputs.keys() == outputs.keys()
    return sorted((inputs[key], outputs[key]) for key in inputs)


EXPECTED = [(number, number * number) for number in range(REQUESTS)]


def test_one_thread() -> None:
    """One request after the other, each output has the id of the inputs before it."""
    with collecting("modern") as collected:
        inputs = ModelDataCollector("m", "inputs", ["x"])
        predictions = ModelDataCollector("m", "predictions", ["y"])
        for number in range(REQUESTS):
            inputs.collect(np.array([number]))
            predictions.collect(np.array([number * number]))
    assert _pairs(collected) == EXPECTED


def test_sixteen_threads() -> None:
    """Threads that all collect inputs before any collects outputs do not mix them up."""
    together = threading.Barrier(REQUESTS, timeout=30)

    def request(number: int) -> None:
        inputs.collect(np.array([number]))
        together.wait()
        predictions.collect(np.array([number * number]))

    with collecting("modern") as collected:
        inputs = ModelDataCollector("m", "inputs", ["x"])
        predictions = ModelDataCollector("m", "predictions", ["y"])
        threads = [threading.Thread(target=request, args=(n,)) for n in range(REQUESTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert _pairs(collected) == EXPECTED


async def _in_tasks(together: Any) -> None:
    inputs = ModelDataCollector("m", "inputs", ["x"])
    predictions = ModelDataCollector("m", "predictions", ["y"])
    arrived = 0
    all_arrived = asyncio.Event()

    async def request(number: int) -> None:
        nonlocal arrived
        inputs.collect(np.array([number]))
        arrived += 1
        if arrived == REQUESTS:
            all_arrived.set()
        await all_arrived.wait()
        await together(predictions.collect, np.array([number * number]))

    await asyncio.gather(*(request(number) for number in range(REQUESTS)))


def test_tasks_of_one_thread() -> None:
    """Tasks that take turns in one thread keep their own inputs."""

    async def here(function: Any, *arguments: Any) -> Any:
        return function(*arguments)

    with collecting("modern") as collected:
        asyncio.run(_in_tasks(here))
    assert _pairs(collected) == EXPECTED


def test_tasks_that_predict_in_other_threads() -> None:
    """A prediction handed to a worker thread takes the task's context along."""

    async def in_thread(function: Any, *arguments: Any) -> Any:  # `asyncio.to_thread` of 3.9
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(None, run, function, *arguments)

    with collecting("modern") as collected:
        asyncio.run(_in_tasks(in_thread))
    assert _pairs(collected) == EXPECTED


def test_models_have_their_own_inputs() -> None:
    """Two models of one request are not mixed up by the order of their calls."""
    with collecting("modern") as collected:
        for model in ("one", "two"):
            ModelDataCollector(model, "inputs", ["x"]).collect([model])
        for model in ("one", "two"):
            ModelDataCollector(model, "predictions", ["y"]).collect([model])
    assert _pairs(collected) == [("one", "one"), ("two", "two")]


def test_the_last_inputs_count() -> None:
    """A request that scores twice has its second outputs under its second inputs."""
    with collecting("modern") as collected:
        for number in (1, 2):
            ModelDataCollector("m", "inputs", ["x"]).collect([number])
            ModelDataCollector("m", "predictions", ["y"]).collect([number])
    assert _pairs(collected) == [(1, 1), (2, 2)]


def test_labels_and_signals_of_the_request_share_the_id_too() -> None:
    """Every designation that follows inputs in a request belongs to them."""
    with collecting("modern") as collected:
        correlations = ModelDataCollector("m", "inputs").collect([1])
        for designation in ("labels", "signals", "general"):
            ModelDataCollector("m", designation).collect([2])
    assert correlations is not None
    ids = {
        line["correlationid"]
        for collection in ("labels", "signals", "general")
        for line in collected.lines(collection)
    }
    assert ids == {correlations["$aml_dc_correlation_id"]}
    assert len(collected.lines("general")) == 1
