"""What a scoring request of 150 us takes when it collects its inputs and outputs.

The request is made of what requests are made of: a body parsed, a frame built, a product of
matrices, and plain Python in a loop that is calibrated once for all. It is work, not a wait for a
clock: whoever holds the interpreter meanwhile makes it longer. It is served by a thread, or by
several tasks of asyncio or greenlets of gevent in one thread.

A pause leaves the processor's caches cold, colder where other programs run meanwhile: the same
request takes two to four times as long. So requests that collect and requests that do not take
short turns, and what is added is the median of the differences of turns that follow each other.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Callable

import numpy
import pandas

from ..results.figures import percentile
from ..sdks import NAMES, installed_sdk

_REQUEST_US = 150.0
_BODY = json.dumps({"data": [[at + 0.5 for at in range(23)]]})
_WEIGHTS = numpy.linspace(-1, 1, 23).reshape(23, 1)
_WARM_UP = 20
_BLOCKS = 4
_PACE_SECONDS = 0.002
# Four turns each: without, with, with, without, and the other way round. A turn is longer than
# our writer's poll, so that it writes within; what the SDK has then still to do is waited for.
_QUADS = 8
_TURN = 60
# Of a server that is no thread.
_TASKS = 8

# Takes the inputs and the outputs of a request.
Pair = Callable[[pandas.DataFrame, pandas.DataFrame], Any]
# Serves so many requests with a pause before each; returns what each took.
Serve = Callable[[Callable[[], float], int, float], list[float]]


def calibrate(_folder: Path) -> dict[str, float]:
    """Return how many turns of the loop make a request of 150 us."""
    turns = 1000
    for _ in range(3):
        bare, took = (
            _median(_in_thread(partial(_request, _no_pair, each), 400, 0.0)) for each in (0, turns)
        )
        turns = max(1, int(turns * (_REQUEST_US - bare) / max(took - bare, 1.0)))
    return {"value": float(turns)}


def added(_folder: Path, way: str, turns: float) -> dict[str, float]:
    """Return by how many microseconds the median is longer, with a request each 2 ms.

    Args:
        way: `modern`: two of `Collector`; `legacy`: two of `ModelDataCollector`.
        turns: what `calibrate` returned.
    """
    sdk = installed_sdk()
    pair = _PAIRS[way]()
    alone, ours = (partial(_request, each, int(turns)) for each in (_no_pair, pair))
    differences = []
    for quad in range(_QUADS + 1):
        medians: dict[bool, float] = {True: 0.0, False: 0.0}
        for collects in (False, True, True, False) if quad % 2 else (True, False, False, True):
            before = sdk.done()
            taken = _in_thread(ours if collects else alone, _TURN, _PACE_SECONDS)
            medians[collects] += _median(taken) / 2
            while collects and sdk.done() < before + 2 * _TURN:
                time.sleep(_PACE_SECONDS)
        differences.append(medians[True] - medians[False])
    sdk.deliver()
    return {"value": _median(differences[1:])}


def request(
    _folder: Path, way: str, server: str, pace: str, turns: float, count: int
) -> dict[str, float]:
    """Return the 99th percentile of the request's time in microseconds.

    Requests that collect and requests that do not take turns, in blocks, so that a busy machine
    makes both slower. Before a block that does not collect, all is delivered.

    Args:
        way: as in `added`.
        server: `thread`, `asyncio` or `gevent`.
        pace: `paced`: one each 2 ms; `flat out`: one behind the other.
        turns: what `calibrate` returned.
        count: of the requests of each kind.
    """
    serve = _SERVERS[server]
    pause = _PACE_SECONDS if pace == "paced" else 0.0
    ours: list[float] = []
    alone: list[float] = []
    for _ in range(_BLOCKS):
        for taken, pair in ((alone, _no_pair), (ours, _PAIRS[way]())):
            block = serve(partial(_request, pair, int(turns)), _WARM_UP + count // _BLOCKS, pause)
            taken += block[_WARM_UP:]
        installed_sdk().deliver()
    return {"p99": percentile(sorted(ours), 0.99), "alone p99": percentile(sorted(alone), 0.99)}


def _request(pair: Pair, turns: int) -> float:
    """Serve a request; return what it took."""
    start = time.perf_counter_ns()
    frame = pandas.DataFrame(json.loads(_BODY)["data"], columns=NAMES)
    outputs = pandas.DataFrame(frame.to_numpy() @ _WEIGHTS, columns=["p"])
    total = 0
    for at in range(turns):
        total += at
    pair(frame, outputs)
    return (time.perf_counter_ns() - start) / 1000


def _in_thread(one: Callable[[], float], count: int, pause: float) -> list[float]:
    taken = []
    for _ in range(count):
        if pause:
            time.sleep(pause)
        taken.append(one())
    return taken


def _in_asyncio(one: Callable[[], float], count: int, pause: float) -> list[float]:
    taken: list[float] = []

    async def serve() -> None:
        while len(taken) < count:
            await asyncio.sleep(_TASKS * pause)
            taken.append(one())

    async def serve_all() -> None:
        await asyncio.gather(*(serve() for _ in range(_TASKS)))

    asyncio.run(serve_all())
    return taken


def _in_gevent(one: Callable[[], float], count: int, pause: float) -> list[float]:
    import gevent

    taken: list[float] = []

    def serve() -> None:
        while len(taken) < count:
            gevent.sleep(_TASKS * pause)
            taken.append(one())

    gevent.joinall([gevent.spawn(serve) for _ in range(_TASKS)], raise_error=True)
    return taken


_SERVERS: dict[str, Serve] = {
    "thread": _in_thread,
    "asyncio": _in_asyncio,
    "gevent": _in_gevent,
}


def _median(times: Sequence[float]) -> float:
    return percentile(sorted(times), 0.5)


def _no_pair(_inputs: pandas.DataFrame, _outputs: pandas.DataFrame) -> None:
    return


def _modern_pair() -> Pair:
    sdk = installed_sdk()
    inputs, outputs = sdk.collector("model_inputs"), sdk.collector("model_outputs")
    return lambda frame, predictions: outputs(predictions, inputs(frame))


def _legacy_pair() -> Pair:
    sdk = installed_sdk()
    inputs, outputs = sdk.legacy_collector("inputs"), sdk.legacy_collector("predictions")

    def pair(frame: pandas.DataFrame, predictions: pandas.DataFrame) -> None:
        inputs(frame)
        outputs(predictions)

    return pair


_PAIRS: dict[str, Callable[[], Pair]] = {"modern": _modern_pair, "legacy": _legacy_pair}
