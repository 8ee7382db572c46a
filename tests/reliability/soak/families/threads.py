"""Ways of threads: one for each request, pools, queues."""

from __future__ import annotations

import queue
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from multiprocessing.pool import ThreadPool
from typing import Any, Callable

from tests.reliability.soak.families.serving import (
    THREADS,
    family,
    give_way,
    serve_caught,
    serve_request,
    wait,
)
from tests.reliability.soak.traffic import Model, PredictionError, Request


@family
def thread_for_each(model: Model, requests: list[Request], chance: random.Random) -> None:
    errors: list[Exception] = []
    for start in range(0, len(requests), THREADS):
        threads = [
            threading.Thread(target=serve_caught, args=(model, request, errors))
            for request in requests[start : start + THREADS]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


@family
def thread_pool(model: Model, requests: list[Request], chance: random.Random) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        wait([pool.submit(serve_request, model, request) for request in requests])


@family
def calls_in_a_pool(model: Model, requests: list[Request], chance: random.Random) -> None:
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:

        def serve(request: Request) -> None:
            wait([pool.submit(*call) for call in model.input_calls(request)])
            give_way()
            for collect, data in model.output_calls(request):
                pool.submit(lambda collect=collect, data=data: collect(data))

        wait([server.submit(serve, request) for request in requests])


@family
def calls_in_a_multiprocessing_pool(
    model: Model, requests: list[Request], chance: random.Random
) -> None:
    with ThreadPool(THREADS) as pool:
        calls = [
            pool.apply_async(collect, (data,))
            for request in requests
            for collect, data in model.input_calls(request) + model.output_calls(request)
        ]
        for call in calls:
            call.wait()


@family
def calls_in_a_queue(model: Model, requests: list[Request], chance: random.Random) -> None:
    waiting: queue.Queue[Any] = queue.Queue()

    def write() -> None:
        while True:
            call = waiting.get()
            if call is None:
                return
            call[0](call[1])

    _feed(model, requests, write, waiting)


@family
def kinds_in_a_queue(model: Model, requests: list[Request], chance: random.Random) -> None:
    waiting: queue.Queue[Any] = queue.Queue()

    def write() -> None:
        while True:
            call = waiting.get()
            if call is None:
                return
            collect, data = call
            if collect.__self__.designation == "inputs":
                collect(data)
            else:
                collect(data)

    _feed(model, requests, write, waiting)


def _feed(
    model: Model, requests: list[Request], write: Callable[[], None], waiting: queue.Queue[Any]
) -> None:
    def serve(request: Request) -> None:
        for call in model.input_calls(request):
            waiting.put(call)
        give_way()
        for call in model.output_calls(request):
            waiting.put(call)

    writer = threading.Thread(target=write)
    writer.start()
    with ThreadPoolExecutor(THREADS) as server:
        wait([server.submit(serve, request) for request in requests])
    waiting.put(None)
    writer.join()


@family
def context_copied_to_a_pool(model: Model, requests: list[Request], chance: random.Random) -> None:
    with ThreadPoolExecutor(THREADS) as pool:

        def serve(request: Request) -> None:
            for collect, data in model.input_calls(request):
                collect(data)
            if request.outputs == "failing":
                raise PredictionError
            for collect, data in model.output_calls(request):
                pool.submit(copy_context().run, collect, data).result()

        errors = []
        for request in requests:
            try:
                serve(request)
            except PredictionError as error:
                errors.append(error)
