"""Ids that many requests share: half of each is kept, and inputs with their outputs."""

from __future__ import annotations

import math
import multiprocessing
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Callable

import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext, get_context
from mdc_core.testing import collecting

NAMES = ("test", "demo", "batch-1", "customer-17", "")
REPEATS = 1000
CONSTANT = {name: BasicCorrelationContext(name) for name in NAMES}

Collect = Callable[..., Any]


def _handed_on(name: str, _: int, inputs: Collect, outputs: Collect) -> None:
    outputs(inputs(BasicCorrelationContext(name or "one")))


def _constant(name: str, _: int, inputs: Collect, outputs: Collect) -> None:
    inputs(CONSTANT[name])
    outputs(CONSTANT[name])


def _made_anew(name: str, _: int, inputs: Collect, outputs: Collect) -> None:
    inputs(BasicCorrelationContext(name or "one"))
    outputs(BasicCorrelationContext(name or "one"))


def _sometimes_failing(name: str, number: int, inputs: Collect, outputs: Collect) -> None:
    context = inputs(BasicCorrelationContext(name or "one"))
    if number % 7:
        outputs(context)


WAYS = [_handed_on, _constant, _made_anew, _sometimes_failing]


def _score(way: Callable[..., None], name: str, numbers: range, workers: int) -> list[Any]:
    """Serve requests under one id; return the numbers kept of inputs and of outputs."""

    def serve(number: int) -> None:
        frame = pd.DataFrame({"n": [number]})
        way(name, number, partial(inputs.collect, frame), partial(outputs.collect, frame))

    with pytest.MonkeyPatch.context() as patch, collecting("modern") as collected:
        patch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
        inputs, outputs = Collector(name="model_inputs"), Collector(name="model_outputs")
        if workers == 1:
            for number in numbers:
                serve(number)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(serve, numbers))
    return [
        [line["data"][0]["n"] for line in collected.lines(collection)]
        for collection in ("model_inputs", "model_outputs")
    ]


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_half_of_an_ids_requests(way: Callable[..., None], name: str, workers: int) -> None:
    """As many as chance would keep, or nearer, and outputs only where the inputs are kept."""
    inputs, outputs = _score(way, name, range(REPEATS), workers)
    assert abs(len(inputs) - REPEATS / 2) <= 4 * math.sqrt(REPEATS) / 2
    assert set(outputs) <= set(inputs)
    if way is not _sometimes_failing:
        assert sorted(outputs) == sorted(inputs)


def _score_in_child(sender: Any, way: Callable[..., None], name: str, numbers: range) -> None:
    sender.send(_score(way, name, numbers, 1))


@pytest.mark.parametrize(
    ("way", "method"),
    [(_handed_on, "fork"), (_constant, "fork"), (_made_anew, "fork"), (_made_anew, "spawn")],
)
def test_half_in_all_processes(way: Callable[..., None], method: str) -> None:
    """The workers of a server, forked or started, keep half between them, and pairs whole."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    context = multiprocessing.get_context(method)
    kept: Counter[int] = Counter()
    children = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        for worker in range(2):
            numbers = range(worker * 500, (worker + 1) * 500)
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_score_in_child, args=(sender, way, "test", numbers))
            child.start()
            children.append((child, receiver, len(numbers)))
    for child, receiver, count in children:
        inputs, outputs = receiver.recv()
        child.join()
        assert sorted(outputs) == sorted(inputs)
        kept.update(kept=len(inputs), all=count)
    assert 0.4 * kept["all"] < kept["kept"] < 0.6 * kept["all"]


def test_ids_of_the_sdks_own_in_other_threads() -> None:
    """A context that is handed to a thread of a pool is sampled as it was where it came from."""
    with pytest.MonkeyPatch.context() as patch, collecting("modern") as collected:
        patch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
        inputs, outputs = Collector(name="model_inputs"), Collector(name="model_outputs")
        frame = pd.DataFrame({"n": [1]})
        with ThreadPoolExecutor(4) as pool:
            contexts = [pool.submit(inputs.collect, frame) for _ in range(200)]
            contexts += [pool.submit(inputs.collect, frame, get_context()) for _ in range(200)]
            for context in contexts:
                pool.submit(outputs.collect, frame, context.result())
    kept = [
        sorted(line["correlationid"] for line in collected.lines(collection))
        for collection in ("model_inputs", "model_outputs")
    ]
    assert 0 < len(kept[0]) < 400
    assert kept[0] == kept[1]
