"""A blackout of the destination while events keep coming: they wait in the spool, not in memory."""

from __future__ import annotations

import multiprocessing
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import mdc_core

from .parts import Server, missing_and_doubled, scoring, send_at, server
from .row import Row

_RATE = 500.0
_MEGABYTE = 1 << 20
_GROWTH = 50 * _MEGABYTE
_DRAIN_SECONDS = 60.0


class _Memory:
    """Watches this process's memory for its greatest value."""

    def __init__(self) -> None:
        self.before = self.most = _resident_bytes()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
        self._thread.start()

    def growth(self) -> int:
        """End watching; return by how many bytes it grew."""
        self._stop.set()
        self._thread.join()
        return self.most - self.before

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            self.most = max(self.most, _resident_bytes())


@dataclass(frozen=True)
class _Outcome:
    sent: int
    dropped: int
    growth: int
    drained: bool
    seconds: float


def run(short: bool) -> Row:
    """Collect at 500 events/s before and during the blackout; half swallows, half refuses."""
    seconds = 3.0 if short else 600.0
    with server() as place:
        outcome = _score_beside(place, seconds)
        lost, doubled = missing_and_doubled(place.values(), outcome.sent)
    return Row(
        f"blackout of {seconds:.0f} s at {_RATE:.0f} events/s",
        "0 lost, 0 doubled, memory growth < 50 MB, drained < 60 s after its end",
        f"{lost} lost ({outcome.dropped} dropped), {doubled} doubled of {outcome.sent:,}; "
        f"{outcome.growth / _MEGABYTE:.0f} MB; drained in {outcome.seconds:.1f} s",
        not lost
        and not doubled
        and outcome.growth < _GROWTH
        and outcome.drained
        and outcome.seconds < _DRAIN_SECONDS,
    )


def _score_beside(place: Server, seconds: float) -> _Outcome:
    """Score in a process of its own, whose memory is not the proxy's, and do what it asks for."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    settings = place.settings(MDC_DELIVERY_INTERVAL="0.2")
    process = context.Process(target=_score, args=(theirs, settings, seconds))
    process.start()
    theirs.close()
    try:
        while True:
            message = ours.recv()
            if isinstance(message, _Outcome):
                return message
            {"swallow": place.proxy.swallow, "refuse": place.proxy.refuse}.get(
                message, place.proxy.restore
            )()
            ours.send("done")
    finally:
        ours.close()
        process.join()


def _score(parent: Connection, settings: dict[str, str], seconds: float) -> None:
    def ask(what: str) -> None:
        parent.send(what)
        parent.recv()

    with scoring(settings) as collect:
        sent = send_at(_RATE, min(10.0, seconds), collect)
        mdc_core.flush(60.0)
        memory = _Memory()
        ask("swallow")
        sent = send_at(_RATE, seconds / 2, collect, sent)
        ask("refuse")
        sent = send_at(_RATE, seconds / 2, collect, sent)
        ask("restore")
        ended = time.monotonic()
        drained = mdc_core.flush(2 * _DRAIN_SECONDS)
        took = time.monotonic() - ended
        dropped = sum(sum(each.dropped.values()) for each in mdc_core.counts())
        outcome = _Outcome(sent, dropped, memory.growth(), drained, took)
    parent.send(outcome)
    parent.close()


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the kernel says nothing of memory")
