"""Ways in which servers and scripts handle requests: what runs where, and in which order."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.util
import queue
import random
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from typing import Any, Callable, List

import flask

from mdc_bridge.scoring.request_scope import AsgiRequestScope, WsgiRequestScope, request_scope

from .traffic import Model, PredictionError, Request

THREADS = 4
_ENDED: Any = object()
Family = Callable[[Model, List[Request], random.Random], None]
FAMILIES: dict[str, Family] = {}


def family(handle: Family) -> Family:
    """Register a way."""
    FAMILIES[handle.__name__] = handle
    return handle


def _serve(model: Model, request: Request) -> None:
    """Do what `run` of a scoring script does."""
    for collect, data in model.input_calls(request):
        collect(data)
    _give_way()
    if request.outputs == "failing":
        raise PredictionError
    for collect, data in model.output_calls(request):
        collect(data)


def _serve_caught(model: Model, request: Request, errors: list[Exception]) -> None:
    try:
        _serve(model, request)
    except PredictionError as error:
        errors.append(error)  # its traceback keeps the frames


def _give_way() -> None:
    time.sleep(0)


def _wait(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        with contextlib.suppress(PredictionError):
            future.result()


def _each_with_a_call(requests: list[Request]) -> list[Request]:
    """Return requests that all call for inputs.

    Outputs without, after inputs of another request that the same run collected, look like its.
    """
    return [
        replace(each, inputs="refused") if each.inputs == "missing" else each for each in requests
    ]


@family
def one_loop(model: Model, requests: list[Request], chance: random.Random) -> None:
    for request in _each_with_a_call(requests):
        ((collect, data),) = model.input_calls(request)
        collect(data)
        if request.outputs == "together":
            ((collect, data),) = model.output_calls(request)
            collect(data)
        elif request.outputs == "row by row":
            for collect, data in model.output_calls(request):
                collect(data)


@family
def one_loop_with_gaps(model: Model, requests: list[Request], chance: random.Random) -> None:
    for request in requests:
        if request.inputs != "missing":
            ((collect, data),) = model.input_calls(request)
            collect(data)
        for collect, data in model.output_calls(request):
            collect(data)


@family
def function_in_a_loop(model: Model, requests: list[Request], chance: random.Random) -> None:
    errors: list[Exception] = []
    for request in requests:
        _serve_caught(model, request, errors)


@family
def batch_of_inputs_first(model: Model, requests: list[Request], chance: random.Random) -> None:
    requests = _each_with_a_call(requests)
    for request in requests:
        for collect, data in model.input_calls(request):
            collect(data)
    for request in requests:
        for collect, data in model.output_calls(request):
            collect(data)


@family
def two_at_once(model: Model, requests: list[Request], chance: random.Random) -> None:
    for one, other in zip(requests[::2], requests[1::2]):
        for collect, data in model.input_calls(one):
            collect(data)
        for collect, data in model.input_calls(other):
            collect(data)
        for collect, data in model.output_calls(one) + model.output_calls(other):
            collect(data)


@family
def mapped(model: Model, requests: list[Request], chance: random.Random) -> None:
    """The functions are called from one place, at which they call others, or the collectors."""

    def inputs_of(request: Request) -> None:
        for collect, data in model.input_calls(request):
            collect(data)

    def outputs_of(request: Request) -> None:
        for collect, data in model.output_calls(request):
            collect(data)

    for start in range(0, len(requests), 3):
        some = _each_with_a_call(requests[start : start + 3])
        if chance.random() < 0.5:
            list(map(inputs_of, some))
            list(map(outputs_of, some))
        else:
            calls = [call for request in some for call in model.input_calls(request)]
            version = model.inputs[1].collect
            list(map(version, [data for collect, data in calls if collect == version]))
            for collect, data in (call for each in some for call in model.output_calls(each)):
                collect(data)


@family
def thread_for_each(model: Model, requests: list[Request], chance: random.Random) -> None:
    errors: list[Exception] = []
    for start in range(0, len(requests), THREADS):
        threads = [
            threading.Thread(target=_serve_caught, args=(model, request, errors))
            for request in requests[start : start + THREADS]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


@family
def thread_pool(model: Model, requests: list[Request], chance: random.Random) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        _wait([pool.submit(_serve, model, request) for request in requests])


@family
def calls_in_a_pool(model: Model, requests: list[Request], chance: random.Random) -> None:
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:

        def serve(request: Request) -> None:
            _wait([pool.submit(*call) for call in model.input_calls(request)])
            _give_way()
            for collect, data in model.output_calls(request):
                pool.submit(lambda collect=collect, data=data: collect(data))

        _wait([server.submit(serve, request) for request in requests])


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
        _give_way()
        for call in model.output_calls(request):
            waiting.put(call)

    writer = threading.Thread(target=write)
    writer.start()
    with ThreadPoolExecutor(THREADS) as server:
        _wait([server.submit(serve, request) for request in requests])
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


@family
def marked_generators(model: Model, requests: list[Request], chance: random.Random) -> None:
    """The same, each marked as a request by itself."""

    def stream(request: Request) -> Iterator[None]:
        with request_scope():
            for collect, data in model.input_calls(request):
                collect(data)
            yield
            for collect, data in model.output_calls(request):
                yield
                collect(data)

    _in_turn(list(map(stream, requests)), chance)


@family
def generators(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Responses that are streamed, of which the server asks several in turn for the next part."""

    def stream(request: Request) -> Iterator[None]:
        for collect, data in model.input_calls(request):
            collect(data)
        yield
        for collect, data in model.output_calls(request):
            yield
            collect(data)

    _in_turn(list(map(stream, requests)), chance)


def _in_turn(waiting: list[Iterator[None]], chance: random.Random) -> None:
    running: list[Iterator[None]] = []
    while running or waiting:
        while waiting and len(running) < THREADS:
            running.append(waiting.pop())
        at = chance.randrange(len(running))
        if next(running[at], _ENDED) is _ENDED:
            del running[at]


async def _serve_in_task(model: Model, request: Request, chance: random.Random) -> None:
    for collect, data in model.input_calls(request):
        collect(data)
    for _ in range(chance.randint(0, 2)):
        await asyncio.sleep(0)
    if request.outputs == "failing":
        raise PredictionError
    for collect, data in model.output_calls(request):
        collect(data)
        await asyncio.sleep(0)


@family
def task_for_each(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def serve() -> None:
        tasks = (_serve_in_task(model, request, chance) for request in requests)
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(serve())


@family
def one_task_for_all(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def serve() -> None:
        errors = []
        for request in requests:
            try:
                await _serve_in_task(model, request, chance)
            except PredictionError as error:
                errors.append(error)

    asyncio.run(serve())


@family
def tasks_of_a_task(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Every second request is served by the task that starts the others."""

    async def serve() -> None:
        running = []
        for own, other in zip(requests[::2], requests[1::2]):
            for collect, data in model.input_calls(own):
                collect(data)
            running.append(asyncio.ensure_future(_serve_in_task(model, other, chance)))
            await asyncio.sleep(0)
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(serve())


@family
def calls_in_an_executor(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def one(request: Request) -> None:
        loop = asyncio.get_running_loop()
        for call in model.input_calls(request) + model.output_calls(request):
            await loop.run_in_executor(None, *call)

    async def serve() -> None:
        await asyncio.gather(*map(one, requests))

    asyncio.run(serve())


@family
def outputs_to_thread(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def one(request: Request) -> None:
        for collect, data in model.input_calls(request):
            collect(data)
        await asyncio.sleep(0)
        if request.outputs == "failing":
            raise PredictionError
        for collect, data in model.output_calls(request):
            context = copy_context()
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, context.run, collect, data)

    async def serve() -> None:
        half = len(requests) // 2
        await asyncio.gather(*map(one, requests[:half]), return_exceptions=True)
        errors = []
        for request in requests[half:]:
            try:
                await one(request)
            except PredictionError as error:
                errors.append(error)

    asyncio.run(serve())


_app = flask.Flask("traffic")


@family
def flask_views(model: Model, requests: list[Request], chance: random.Random) -> None:
    def view(request: Request) -> None:
        with _app.test_request_context(), contextlib.suppress(PredictionError):
            _serve(model, request)

    with ThreadPoolExecutor(THREADS) as server:
        _wait([server.submit(view, request) for request in requests])


@family
def flask_with_a_background_pool(
    model: Model, requests: list[Request], chance: random.Random
) -> None:
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:

        def view(request: Request) -> None:
            with _app.test_request_context():
                _wait([pool.submit(*call) for call in model.input_calls(request)])
                _give_way()
                for call in model.output_calls(request):
                    pool.submit(*call)

        _wait([server.submit(view, request) for request in requests])


@family
def flask_outputs_in_a_pool(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Of the request's context Flask makes a copy; or the whole context is copied."""
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:

        def view(request: Request) -> None:
            with _app.test_request_context():
                for collect, data in model.input_calls(request):
                    collect(data)
                for collect, data in model.output_calls(request):
                    copied = functools.partial(copy_context().run, collect)
                    of_flask = flask.copy_current_request_context(collect)
                    pool.submit(chance.choice((copied, of_flask)), data).result()

        _wait([server.submit(view, request) for request in requests])


@family
def flask_rows_in_a_loop(model: Model, requests: list[Request], chance: random.Random) -> None:
    errors: list[Exception] = []
    for start in range(0, len(requests), 5):
        with _app.test_request_context():
            for row in requests[start : start + 5]:
                _serve_caught(model, row, errors)


@family
def flask_rows_in_parallel(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Each row in a copy of the request's context; one without inputs may get the request's."""
    requests = _each_with_a_call(requests)
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(requests), 8):
            with _app.test_request_context():
                serve = flask.copy_current_request_context
                rows = requests[start : start + 8]
                _wait([pool.submit(serve(_serve), model, row) for row in rows])


@family
def scopes_in_threads(model: Model, requests: list[Request], chance: random.Random) -> None:
    def serve(request: Request) -> None:
        with request_scope():
            for collect, data in model.input_calls(request):
                collect(data)
            _give_way()
            for collect, data in model.output_calls(request):
                pool.submit(copy_context().run, collect, data).result()

    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:
        _wait([server.submit(serve, request) for request in requests])


@family
def asgi_applications(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = scope["request"]
        for collect, data in model.input_calls(request):
            collect(data)
        await asyncio.sleep(0)
        await asyncio.gather(*(_collect(*call) for call in model.output_calls(request)))

    async def serve() -> None:
        scoped = AsgiRequestScope(app)
        scopes = ({"type": "http", "request": request} for request in requests)
        await asyncio.gather(*(scoped(scope, None, None) for scope in scopes))

    asyncio.run(serve())


async def _collect(collect: Any, data: Any) -> None:
    collect(data)


@family
def wsgi_applications(model: Model, requests: list[Request], chance: random.Random) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        request = environ["request"]
        for collect, data in model.input_calls(request):
            collect(data)
        for collect, data in model.output_calls(request):
            yield b""
            collect(data)

    def serve(some: list[Request]) -> None:
        environ: dict[str, Any] = {}  # one for all requests, as some servers have it
        for request in some:
            environ.clear()
            environ["request"] = request
            assert not any(scoped(environ, None))

    scoped = WsgiRequestScope(app)
    with ThreadPoolExecutor(THREADS) as server:
        _wait([server.submit(serve, requests[start::THREADS]) for start in range(THREADS)])


if importlib.util.find_spec("gevent") is not None:

    @family
    def greenlets(model: Model, requests: list[Request], chance: random.Random) -> None:
        import gevent

        def serve(request: Request) -> None:
            for collect, data in model.input_calls(request):
                collect(data)
            gevent.sleep(0)
            for collect, data in model.output_calls(request):
                collect(data)
                gevent.sleep(0)

        gevent.joinall([gevent.spawn(serve, request) for request in requests])
