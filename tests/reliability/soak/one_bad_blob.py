"""One blob of twenty refuses everything: the other nineteen are as quick as a neighbour's."""

from __future__ import annotations

import os
import re
import statistics
import time
from typing import Callable, Dict, List, Tuple

import mdc_core
from azureml.monitoring import ModelDataCollector
from tests.azure.fault_proxy import PASS, Fault, Request, answer

from .parts import Server, server
from .row import Row

_COLLECTIONS = 20
_RATE = 4.0  # events a second, of each collection
_INTERVAL = 0.25
_BAD = "bad"
_LINE = re.compile(rb'"n":"?(\d+)')
_CELL = re.compile(rb"^(\d+),", re.MULTILINE)

Collect = Callable[[int], None]


def run(short: bool) -> Row:
    """Collect for two services at once, so that noise meets both; one has blobs that refuse."""
    seconds = 3.0 if short else 120.0
    refusal = answer(409, code="BlobImmutableDueToPolicy")

    def choose(request: Request) -> Fault:
        is_refused = f"/{_BAD}/" in request.path and request.method == "PUT"
        return refusal if is_refused and "comp=lease" not in request.path else PASS

    with server() as place:
        before = dict(os.environ)
        try:
            good = _service(place, "neighbour", "good")
            bad = _service(place, "service", _BAD)
            for number, collect in enumerate([*good, *bad]):
                collect(number)
            mdc_core.flush(30.0)
            place.proxy.choose = choose
            collected = _send(good, bad, seconds)
            time.sleep(4 * _INTERVAL)
            counts = [each.undelivered_bytes for each in mdc_core.counts()]
            mdc_core.shutdown(5.0)
        finally:
            os.environ.clear()
            os.environ.update(before)
        delays = _delays(list(place.proxy.seen), collected)
    first, others, missing = delays["neighbour"], delays["service"], delays["missing"]
    slower = _high(others) - _high(first)
    return Row(
        f"20 collections of lines and rows for {seconds:.0f} s, one blob of each refuses",
        "the other 19 no slower than a service without such a blob, 0 late at the exit",
        f"median {statistics.median(others):.2f} s and 95% {_high(others):.2f} s beside "
        f"{statistics.median(first):.2f} s and {_high(first):.2f} s; {len(missing)} late, "
        f"{max(counts)} bytes wait for the bad one",
        not missing and slower < 2 * _INTERVAL + _high(first) / 2,
    )


def _service(place: Server, container: str, model: str) -> List[Collect]:
    """Return collectors of twenty designations; the first model is named, the others are good."""
    os.environ.update(
        place.settings(
            MDC_BRIDGE_MODE="dual", MDC_CONTAINER=container, MDC_DELIVERY_INTERVAL=str(_INTERVAL)
        )
    )
    made = []
    for at in range(_COLLECTIONS):
        name = model if at == 0 else f"{container}-{at:02}"
        collector = ModelDataCollector(name, designation="predictions", feature_names=["n", "t"])
        made.append(lambda number, each=collector: each.collect([number, "x"]))
    return made  # type: ignore[return-value]


def _send(good: List[Collect], bad: List[Collect], seconds: float) -> Dict[int, Tuple[str, float]]:
    """Collect numbers by turns; return of each, but for the bad blob's, when and for whom."""
    collected: Dict[int, Tuple[str, float]] = {}
    number = 1000
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        for at in range(_COLLECTIONS):
            for name, service in (("neighbour", good), ("service", bad)):
                service[at](number)
                if at > 0:
                    collected[number] = (name, time.monotonic())
                number += 1
        rounds = (number - 1000) // (2 * _COLLECTIONS)
        time.sleep(max(0.0, start + rounds / _RATE - time.monotonic()))
    return collected


def _delays(
    seen: List[Tuple[Request, Fault]], collected: Dict[int, Tuple[str, float]]
) -> Dict[str, List[float]]:
    """Return by service how long numbers took to be sent, as lines and as rows."""
    delays: Dict[str, List[float]] = {"neighbour": [], "service": [], "missing": []}
    for pattern in (_LINE, _CELL):
        sent: Dict[int, float] = {}
        for request, fault in seen:
            is_content = "comp=appendblock" in request.path or "comp=block&" in request.path
            if fault == PASS and is_content:
                for text in pattern.findall(request.body):
                    sent.setdefault(int(text), request.at)
        for number, (name, at) in collected.items():
            if number in sent:
                delays[name].append(sent[number] - at)
            else:
                delays["missing"].append(float(number))
    return delays


def _high(values: List[float]) -> float:
    return sorted(values)[len(values) * 95 // 100]
