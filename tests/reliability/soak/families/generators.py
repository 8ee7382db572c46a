"""Ways of responses that are streamed: a server asks several in turn for the next part."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from mdc_bridge.scoring.request_scope import request_scope
from tests.reliability.soak.families.serving import THREADS, family
from tests.reliability.soak.traffic import Model, Request

_ENDED: Any = object()


@family
def marked_generators(model: Model, requests: list[Request], chance: random.Random) -> None:
    """Streamed responses, each marked as a request by itself."""

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
