"""Ways of Flask: views, and what they begin beside them."""

from __future__ import annotations

import contextlib
import functools
import random
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import flask

from tests.reliability.soak.families.serving import (
    THREADS,
    each_with_a_call,
    family,
    give_way,
    serve_caught,
    serve_request,
    wait,
)
from tests.reliability.soak.traffic import Model, PredictionError, Request

_app = flask.Flask("traffic")


@family
def flask_views(model: Model, requests: list[Request], chance: random.Random) -> None:
    def view(request: Request) -> None:
        with _app.test_request_context(), contextlib.suppress(PredictionError):
            serve_request(model, request)

    with ThreadPoolExecutor(THREADS) as server:
        wait([server.submit(view, request) for request in requests])


@family
def flask_with_a_background_pool(
    model: Model, requests: list[Request], chance: random.Random
) -> None:
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:

        def view(request: Request) -> None:
            with _app.test_request_context():
                wait([pool.submit(*call) for call in model.input_calls(request)])
                give_way()
                for call in model.output_calls(request):
                    pool.submit(*call)

        wait([server.submit(view, request) for request in requests])


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

        wait([server.submit(view, request) for request in requests])


@family
def flask_rows_in_a_loop(model: Model, requests: list[Request], chance: random.Random) -> None:
    errors: list[Exception] = []
    for start in range(0, len(requests), 5):
        with _app.test_request_context():
            for row in requests[start : start + 5]:
                serve_caught(model, row, errors)


@family
def flask_rows_in_parallel(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Each row in a copy of the request's context; one without inputs may get the request's."""
    requests = each_with_a_call(requests)
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(requests), 8):
            with _app.test_request_context():
                serve = flask.copy_current_request_context
                rows = requests[start : start + 8]
                wait([pool.submit(serve(serve_request), model, row) for row in rows])
