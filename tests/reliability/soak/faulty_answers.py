"""A busy service: three of ten answers are errors or resets, some with Retry-After."""

from __future__ import annotations

import random
import threading

import mdc_core
from tests.azure.fault_proxy import PASS, RESET, Fault, Request, answer

from .parts import missing_and_doubled, scoring, send_at, server
from .row import Row

_RATE = 200.0
_FAULTS = (
    answer(503, code="ServerBusy"),
    answer(503, retry_after=1, code="ServerBusy"),
    answer(500, code="InternalError"),
    answer(429, retry_after=2, code="ServerBusy"),
    answer(408, code="OperationTimedOut"),
    RESET,
)
# Both ends of the wish are measured by clocks of one machine, but by different threads.
_TOLERANCE = 0.01


def run(short: bool) -> Row:
    """Collect all the time while answers fail, and look at what has arrived at the end."""
    seconds = 4.0 if short else 60.0
    chance = random.Random(2)
    lock = threading.Lock()

    def choose(request: Request) -> Fault:
        with lock:
            return chance.choice(_FAULTS) if chance.random() < 0.3 else PASS

    with server() as place:
        with scoring(place.settings(MDC_DELIVERY_INTERVAL="0.02")) as collect:
            collect(0)
            place.proxy.choose = choose
            sent = send_at(_RATE, seconds, collect, first=1)
            place.proxy.choose = lambda request: PASS
            mdc_core.flush(60.0)
        lost, doubled = missing_and_doubled(place.values(), sent)
        seen = list(place.proxy.seen)
    faults = sum(fault != PASS for _, fault in seen)
    wishes, early = _early(seen)
    return Row(
        f"30% of answers 503/500/429/408/reset for {seconds:.0f} s "
        f"({faults} of {len(seen)} requests)",
        "0 lost, 0 doubled, Retry-After respected",
        f"{lost} lost, {doubled} doubled of {sent:,}; {early} of {wishes} wishes not respected",
        not lost and not doubled and not early and wishes > 0,
    )


def _early(seen: list[tuple[Request, Fault]]) -> tuple[int, int]:
    """Return how often the service asked to wait, and how often the next request did not."""
    wishes = early = 0
    for (request, fault), (following, _) in zip(seen, seen[1:]):
        wish = fault.headers.get("Retry-After")
        if wish is not None:
            wishes += 1
            early += following.at < request.at + float(wish) - _TOLERANCE
    return wishes, early
