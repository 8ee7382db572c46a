"""What a scoring request of 150 us takes when it collects its inputs and outputs.

The request is made of what requests are made of: a body parsed, a frame built, a product of
matrices, and plain Python in a loop that is calibrated once for all. It is work, not a wait for a
clock: whoever holds the interpreter meanwhile makes it longer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
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

# Takes the inputs and the outputs of a request.
Pair = Callable[[pandas.DataFrame, pandas.DataFrame], Any]


def calibrate(_folder: Path) -> dict[str, float]:
    """Return how many turns of the loop make a request of 150 us."""
    turns = 1000
    for _ in range(3):
        bare, took = (_median(_block(_no_pair(), each, 400, 0.0)) for each in (0, turns))
        turns = max(1, int(turns * (_REQUEST_US - bare) / max(took - bare, 1.0)))
    return {"value": float(turns)}


def request(_folder: Path, way: str, pace: str, turns: float, count: int) -> dict[str, float]:
    """Return percentiles of the request's time in microseconds.

    Requests that collect and requests that do not take turns, in blocks, so that a busy machine
    makes both slower. Before a block that does not collect, all is delivered.

    Args:
        way: `modern`: two of `Collector`; `legacy`: two of `ModelDataCollector`.
        pace: `paced`: one each 2 ms; `flat out`: one behind the other.
        turns: what `calibrate` returned.
        count: of the requests of each kind.
    """
    pause = _PACE_SECONDS if pace == "paced" else 0.0
    ours: list[float] = []
    alone: list[float] = []
    for _ in range(_BLOCKS):
        alone += _block(_no_pair(), int(turns), count // _BLOCKS, pause)
        pair = _modern_pair() if way == "modern" else _legacy_pair()
        ours += _block(pair, int(turns), count // _BLOCKS, pause)
        installed_sdk().deliver()
    ours.sort()
    alone.sort()
    return {
        "added": _median(ours) - _median(alone),
        "p99": percentile(ours, 0.99),
        "alone p99": percentile(alone, 0.99),
    }


def _block(pair: Pair, turns: int, count: int, pause: float) -> list[float]:
    """Return the times of requests, without the first ones."""
    taken = []
    for _ in range(_WARM_UP + count):
        if pause:
            time.sleep(pause)
        start = time.perf_counter_ns()
        frame = pandas.DataFrame(json.loads(_BODY)["data"], columns=NAMES)
        outputs = pandas.DataFrame(frame.to_numpy() @ _WEIGHTS, columns=["p"])
        total = 0
        for at in range(turns):
            total += at
        pair(frame, outputs)
        taken.append((time.perf_counter_ns() - start) / 1000)
    return taken[_WARM_UP:]


def _median(times: Sequence[float]) -> float:
    return percentile(sorted(times), 0.5)


def _no_pair() -> Pair:
    return lambda _inputs, _outputs: None


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
