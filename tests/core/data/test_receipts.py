"""Receipts: each event is counted once, as delivered or as lost, whatever becomes of its parts."""

from __future__ import annotations

from collections import Counter
from typing import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.receipts import GROWS_SECONDS, Receipts
from mdc_core.spool.outbox import Outbox

PLACES = ("lines/a", "lines/b", "csv/a")


class Ledger:
    """Receipts, what they have counted, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.delivered = 0
        self.lost: Counter[str] = Counter()
        self.receipts = Receipts(self._delivered, self._lost, lambda: self.now)

    def _delivered(self, events: int) -> None:
        self.delivered += events

    def _lost(self, reason: str, events: int) -> None:
        self.lost[reason] += events


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_events_without_a_place_are_delivered_at_once(ledger: Ledger) -> None:
    """What sampling has dropped altogether waits for nothing."""
    assert ledger.receipts.enter((), 3).arrive() == 3
    assert ledger.delivered == 3
    assert len(ledger.receipts) == 0


def test_an_event_with_two_parts_is_delivered_with_the_second(ledger: Ledger) -> None:
    """A line and a row of one call are one event."""
    share = ledger.receipts.enter(PLACES[:2], 2)
    share.receipt.expect()
    assert share.arrive() == 0
    share.receipt.expect()
    assert share.arrive() == 2
    share.receipt.settle()
    assert ledger.delivered == 0
    share.receipt.settle()
    assert ledger.delivered == 2


def test_an_event_that_two_places_refuse_is_lost_once(ledger: Ledger) -> None:
    """The reason is that of the first."""
    share = ledger.receipts.enter(PLACES[:2], 2)
    share.lose("first")
    assert share.arrive() == 0
    share.lose("second")
    assert share.arrive() == 0
    assert (ledger.delivered, ledger.lost) == (0, {"first": 2})


def test_what_one_batch_loses_is_not_lost_to_the_other(ledger: Ledger) -> None:
    """Of two batches in one receipt, the one that was written is delivered."""
    kept, given_up = (ledger.receipts.enter(PLACES[:1], events) for events in (2, 5))
    assert kept.receipt is given_up.receipt
    given_up.lose("given up")
    assert (given_up.arrive(), kept.arrive()) == (0, 2)
    assert (ledger.delivered, ledger.lost) == (2, {"given up": 5})


def test_receipts_of_a_long_outage_are_few(ledger: Ledger) -> None:
    """A day without a delivery, 20 batches a second: some hundred receipts, all events counted."""
    outbox = Outbox(lambda: ledger.now)
    batches = 20 * 24 * 3600 // 50  # every fiftieth, which makes the test short
    for size in range(1, batches + 1):
        ledger.now += 2.5
        share = ledger.receipts.enter(("a",), 1)
        outbox.appended("a", size)
        outbox.follow("a", size, [share])
        share.arrive()
    assert len(ledger.receipts) < 1000
    (file,) = outbox.unfinished()
    outbox.acknowledged(file, batches // 2)
    assert batches * 0.48 < ledger.delivered <= batches // 2
    outbox.acknowledged(file, batches)
    assert ledger.delivered == batches
    assert len(ledger.receipts) == 0


def test_a_steady_stream_is_counted_while_it_flows(ledger: Ledger) -> None:
    """A receipt ends after half a second, so that what is delivered does not wait for more."""
    outbox = Outbox(lambda: ledger.now)
    for size in range(1, 101):
        ledger.now += GROWS_SECONDS / 5
        share = ledger.receipts.enter(("a",), 1)
        outbox.appended("a", size)
        outbox.follow("a", size, [share])
        share.arrive()
        if size % 10 == 0:
            outbox.acknowledged(outbox.unfinished()[0], size - 1)
            assert ledger.delivered >= size - 11


@given(st.data())
def test_every_event_is_counted_once_with_its_fate(data: st.DataObject) -> None:
    """Batches to any places, deliveries, refusals and removals in any order, against an oracle."""
    ledger = Ledger()
    outbox = Outbox(lambda: ledger.now)
    sizes: Counter[str] = Counter()
    # Of each place, the events in the file and not yet acknowledged, with the end of each.
    waiting: dict[str, list[tuple[int, int]]] = {place: [] for place in PLACES}
    parts: dict[int, set[str]] = {}
    lost: set[int] = set()
    total = 0

    def append() -> None:
        nonlocal total
        chosen = data.draw(st.sets(st.sampled_from(PLACES)).map(sorted).map(tuple))
        events = data.draw(st.integers(1, 3))
        share = ledger.receipts.enter(chosen, events)
        numbers = range(total, total + events)
        total += events
        for place in chosen:
            for number in numbers:
                sizes[place] += 1
                waiting[place].append((number, sizes[place]))
                parts.setdefault(number, set()).add(place)
            outbox.appended(place, sizes[place])
            outbox.follow(place, sizes[place], [share])
            share.arrive()
        if not chosen:
            share.arrive()

    def deliver() -> None:
        for file in outbox.unfinished()[:1]:
            outbox.acknowledged(file, file.size)
            for number, _ in waiting[file.path]:
                parts[number].discard(file.path)
            waiting[file.path] = []

    def refuse() -> None:
        for file in outbox.unfinished()[:1]:
            number, end = data.draw(st.sampled_from(waiting[file.path]))
            if number not in lost:  # a destination refuses an event once
                assert outbox.refused(file, end - 1, "refused")
                lost.add(number)

    def remove() -> None:
        for file in outbox.unfinished()[:1]:
            outbox.forget(file, "removed")
            for number, _ in waiting[file.path]:
                parts[number].discard(file.path)
                lost.add(number)
            waiting[file.path] = []
            del sizes[file.path]

    def advance() -> None:
        ledger.now += 10.0  # so that each batch has a receipt, and the counts are never late

    steps: list[Callable[[], None]] = [append, append, deliver, refuse, remove]
    for step in data.draw(st.lists(st.sampled_from(steps), max_size=30)):
        step()
        advance()
        undelivered = {number for number, places in parts.items() if places} | lost
        assert ledger.delivered == total - len(undelivered)
        assert sum(ledger.lost.values()) == len(lost)
    while outbox.unfinished():
        deliver()
    assert ledger.delivered + sum(ledger.lost.values()) == total
    assert len(ledger.receipts) == 0
