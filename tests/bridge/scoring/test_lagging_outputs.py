"""Outputs that come later than the next inputs, or from what an earlier request began."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

import flask
import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.scoring.request_scope import WsgiRequestScope, request_scope
from mdc_core.testing import MemoryDestination, collecting

ROUNDS = 12


def _collectors() -> tuple[Any, Any]:
    inputs = ModelDataCollector("m", "inputs", feature_names=["x"])
    return inputs, ModelDataCollector("m", "predictions", feature_names=["y"])


def _wrong(collected: MemoryDestination) -> int:
    """Return how many outputs have the id of other inputs; an output is its input plus a half."""
    owners = {
        line["correlationid"]: line["data"][0]["x"] for line in collected.lines("model_inputs")
    }
    outputs = collected.lines("model_outputs")
    assert len(outputs) == ROUNDS
    return sum(
        owners.get(line["correlationid"], line["data"][0]["y"] - 0.5) != line["data"][0]["y"] - 0.5
        for line in outputs
    )


def _trace(*_: object) -> Any:
    return _trace


@pytest.fixture(params=["alone", "traced"], autouse=True)
def _traces(request: pytest.FixtureRequest) -> Iterator[None]:
    """A debugger or a measurement of coverage may look on, in all threads."""
    if request.param == "alone":
        yield
        return
    before = sys.gettrace()
    sys.settrace(_trace)
    threading.settrace(_trace)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)  # type: ignore[arg-type]  # None is the default


@pytest.mark.parametrize("behind", [1, 2, 5])
def test_a_loop_whose_answers_lag_behind(behind: int) -> None:
    """As with a window of futures: from the first doubt on, outputs have ids of their own."""
    with collecting("modern") as collected:
        inputs, outputs = _collectors()
        waiting: deque[int] = deque()
        for number in range(ROUNDS):
            inputs.collect(np.array([float(number)]))
            waiting.append(number)
            if len(waiting) > behind:
                outputs.collect(np.array([waiting.popleft() + 0.5]))
        while waiting:
            outputs.collect(np.array([waiting.popleft() + 0.5]))
    assert _wrong(collected) == 0


def test_a_task_that_the_first_request_began() -> None:
    """It goes on in a copy of that request's context, and answers all the others."""

    async def serve() -> None:
        inputs, outputs = _collectors()
        waiting: asyncio.Queue[tuple[int, asyncio.Future[None]]] = asyncio.Queue()
        tasks = []

        async def batcher() -> None:
            while True:
                number, done = await waiting.get()
                outputs.collect(np.array([number + 0.5]))
                done.set_result(None)

        async def request(number: int) -> None:
            with request_scope():
                if not tasks:
                    tasks.append(asyncio.ensure_future(batcher()))
                inputs.collect(np.array([float(number)]))
                done = asyncio.get_running_loop().create_future()
                await waiting.put((number, done))
                await done

        for number in range(ROUNDS):
            await asyncio.ensure_future(request(number))
        tasks[0].cancel()

    with collecting("modern") as collected:
        asyncio.run(serve())
    assert _wrong(collected) == 0


@pytest.mark.parametrize("is_marked", [False, True])
def test_a_thread_that_the_first_request_of_flask_began(is_marked: bool) -> None:
    """A copy of the request lives as long as the thread, the request itself does not."""
    application = flask.Flask("worker")
    if is_marked:
        application.wsgi_app = WsgiRequestScope(application.wsgi_app)  # type: ignore[method-assign]
    waiting: queue.Queue[tuple[int, threading.Event]] = queue.Queue()
    threads: list[threading.Thread] = []
    with collecting("modern") as collected:
        inputs, outputs = _collectors()

        def work() -> None:
            while True:
                number, done = waiting.get()
                if number < 0:
                    return
                outputs.collect(np.array([number + 0.5]))
                done.set()

        @application.route("/<int:number>")
        def score(number: int) -> str:
            inputs.collect(np.array([float(number)]))
            if not threads:
                worker = threading.Thread(target=flask.copy_current_request_context(work))
                threads.append(worker)
                worker.start()
            done = threading.Event()
            waiting.put((number, done))
            assert done.wait(10)
            return "scored"

        client = application.test_client()
        for number in range(ROUNDS):
            response = client.get(f"/{number}")
            assert response.status_code == 200
            response.close()
        waiting.put((-1, threading.Event()))
        threads[0].join(10)
    assert _wrong(collected) == 0
