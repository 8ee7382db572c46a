"""What all ways have in common: their names, and how one request is served."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Callable, List

from tests.reliability.soak.traffic import Model, PredictionError, Request

THREADS = 4
Family = Callable[[Model, List[Request], random.Random], None]
FAMILIES: dict[str, Family] = {}


def family(handle: Family) -> Family:
    """Register a way."""
    FAMILIES[handle.__name__] = handle
    return handle


def serve_request(model: Model, request: Request) -> None:
    """Do what `run` of a scoring script does."""
    for collect, data in model.input_calls(request):
        collect(data)
    give_way()
    if request.outputs == "failing":
        raise PredictionError
    for collect, data in model.output_calls(request):
        collect(data)


def serve_caught(model: Model, request: Request, errors: list[Exception]) -> None:
    try:
        serve_request(model, request)
    except PredictionError as error:
        errors.append(error)  # its traceback keeps the frames


def give_way() -> None:
    time.sleep(0)


def wait(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        with contextlib.suppress(PredictionError):
            future.result()


def each_with_a_call(requests: list[Request]) -> list[Request]:
    """Return requests that all call for inputs.

    Outputs without, after inputs of another request that the same run collected, look like its.
    """
    return [
        replace(each, inputs="refused") if each.inputs == "missing" else each for each in requests
    ]
