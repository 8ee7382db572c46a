"""The bounded queue: order, exact bounds, markers, and callers that interrupt each other."""

from __future__ import annotations

import contextlib
import itertools
import sys
import threading
from functools import partial
from types import FrameType
from typing import Any, Callable

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.events import Event
from mdc_core.data.snapshot import snapshot_frame
from mdc_core.errors import QueueClosedError, QueueFullError
from mdc_core.transport.event_queue import EventQueue

MakeEvent = Callable[..., Event]
MANY = 10**9


def ids(events: list[Event]) -> list[int]:
    """Return the numbers of events."""
    return [int(event.correlation_id) for event in events]


def test_a_queue_says_once_that_it_is_half_full(event: MakeEvent) -> None:
    """The writer is woken early by events and by bytes, and not again while they wait."""
    by_events = EventQueue(8, MANY)
    assert [by_events.put(event(number)) for number in range(6)] == [0, 0, 0, 1, 0, 0]
    by_bytes = EventQueue(MANY, 100)
    assert [by_bytes.put(event(number, size=20)) for number in range(4)] == [0, 0, 1, 0]


def test_a_queue_calls_when_so_many_wait(event: MakeEvent) -> None:
    """The event with which they do calls, and every twelfth after it; the first when asked to."""
    queue = EventQueue(1000, MANY)
    queue.call_at(3)
    called = [number for number in range(30) if queue.put(event(number))]
    assert called == [2, 14, 26]
    queue.take(MANY, MANY)
    queue.call_at(1)
    assert queue.put(event(30))
    assert not queue.put(event(31))


def test_the_more_waits_the_more_often_a_queue_calls(event: MakeEvent) -> None:
    """The writer gets more slices before the queue is full, but not one for each event."""
    queue = EventQueue(MANY, MANY)
    queue.call_at(1)
    one = event(0)
    called = [number for number in range(4000) if queue.put(one)]
    pauses = [b - a for a, b in zip(called, called[1:])]
    assert (pauses[0], pauses[-1]) == (12, 2)
    assert pauses == sorted(pauses, reverse=True)


def test_a_queue_says_that_it_fills(event: MakeEvent) -> None:
    """From a quarter of either bound on the writer no longer makes way."""
    by_events = EventQueue(8, MANY)
    by_bytes = EventQueue(MANY, 80)
    for number, expected in enumerate([False, False, True]):
        by_events.put(event(number))
        by_bytes.put(event(number, size=10))
        assert (by_events.is_filling, by_bytes.is_filling) == (expected, expected)
    by_events.take(1, MANY)
    assert not by_events.is_filling


def test_a_queue_knows_of_its_markers(event: MakeEvent) -> None:
    """Somebody waits until the writer has taken the marker, whatever stands before it."""
    queue = EventQueue(8, MANY)
    queue.put(event(0))
    assert not queue.is_marked
    queue.mark()
    queue.take(1, MANY)
    assert queue.is_marked == bool(len(queue))
    queue.take(MANY, MANY)
    assert not queue.is_marked


def test_events_come_out_in_their_order(event: MakeEvent) -> None:
    """First in, first out."""
    queue = EventQueue(10, MANY)
    for number in range(5):
        queue.put(event(number))
    assert ids(queue.take(MANY, MANY)[0]) == [0, 1, 2, 3, 4]
    assert (queue.taken, queue.waiting, len(queue)) == (5, 0, 0)


def test_the_count_is_bounded_exactly(event: MakeEvent) -> None:
    """The event beyond the bound is refused, and what was taken makes room."""
    queue = EventQueue(3, MANY)
    for number in range(3):
        queue.put(event(number))
    with pytest.raises(QueueFullError, match="message queue is full"):
        queue.put(event(3))
    queue.take(1, MANY)
    queue.put(event(4))
    with pytest.raises(QueueFullError):
        queue.put(event(5))
    assert ids(queue.take(MANY, MANY)[0]) == [1, 2, 4]


def test_bytes_are_bounded(event: MakeEvent) -> None:
    """No event is added while the bound of bytes is reached; what was written makes room."""
    queue = EventQueue(100, 250)
    for number in range(3):
        queue.put(event(number, size=100))
    with pytest.raises(QueueFullError):
        queue.put(event(3, size=0))
    queue.take(1, MANY)
    queue.hold(0, 0)
    queue.put(event(4, size=100))
    assert queue.waiting == 3


def test_what_cannot_be_written_leaves_less_room(event: MakeEvent) -> None:
    """Events and bytes that the writer holds count against the bounds until it says otherwise."""
    queue = EventQueue(3, 250)
    queue.put(event(0, size=100))
    queue.take(MANY, MANY)
    queue.hold(2, 0)
    queue.put(event(1, size=100))
    with pytest.raises(QueueFullError):
        queue.put(event(2, size=0))
    queue.hold(0, 150)
    with pytest.raises(QueueFullError):
        queue.put(event(3, size=0))
    queue.hold(0, 0)
    queue.put(event(4, size=0))
    assert queue.waiting == 2


def test_an_event_larger_than_the_bound_is_accepted_alone(event: MakeEvent) -> None:
    """A single huge event passes an empty queue, and keeps others out until it is written."""
    queue = EventQueue(100, 250)
    queue.put(event(0, size=10_000))
    with pytest.raises(QueueFullError):
        queue.put(event(1, size=1))
    queue.take(MANY, MANY)
    queue.hold(0, 0)
    queue.put(event(2, size=1))


def test_take_stops_at_its_bounds(event: MakeEvent) -> None:
    """One batch has at most so many events, and ends with the one that reaches its bytes."""
    queue = EventQueue(100, MANY)
    for number in range(10):
        queue.put(event(number, size=10))
    assert ids(queue.take(3, MANY)[0]) == [0, 1, 2]
    assert ids(queue.take(MANY, 15)[0]) == [3, 4]
    assert queue.waiting == 5


def test_a_closed_queue_accepts_nothing_and_gives_what_it_has(event: MakeEvent) -> None:
    """After `close` nothing is accepted; what waits can be taken and marked."""
    queue = EventQueue(100, MANY)
    queue.put(event(0))
    queue.close()
    with pytest.raises(QueueClosedError, match="queue closed"):
        queue.put(event(1))
    marker = queue.mark()
    events, markers = queue.take(MANY, MANY)
    assert ids(events) == [0]
    assert markers == [marker]


def test_a_marker_stands_behind_what_was_accepted_before(event: MakeEvent) -> None:
    """A marker is handed out only with, or after, every event accepted before it."""
    queue = EventQueue(100, MANY)
    queue.put(event(0))
    queue.put(event(1))
    marker = queue.mark()
    queue.put(event(2))
    assert queue.take(2, MANY)[1] == []
    events, markers = queue.take(MANY, MANY)
    assert markers == [marker]
    assert ids(events) == [2]
    assert not marker.reached.is_set()


def test_a_full_queue_can_be_marked(event: MakeEvent) -> None:
    """Who waits for the writer needs no room in the queue, and takes none."""
    queue = EventQueue(1, MANY)
    queue.put(event(0))
    queue.mark()
    assert queue.waiting == 1
    assert queue.take(MANY, MANY)[1] != []


@given(steps=st.lists(st.one_of(st.integers(0, 60), st.tuples(st.integers(1, 4))), max_size=40))
def test_nothing_is_lost_repeated_or_reordered(steps: list[Any], event: MakeEvent) -> None:
    """Whatever is put and taken, accepted events come out once, in order, within the bounds."""
    queue = EventQueue(5, 100)
    accepted: list[int] = []
    taken: list[int] = []
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            taken += ids(queue.take(step[0], MANY)[0])
            continue
        try:
            queue.put(event(number, size=step))
        except QueueFullError:
            continue
        accepted.append(number)
        assert queue.waiting <= 5
    taken += ids(queue.take(MANY, MANY)[0])
    assert taken == accepted
    assert (queue.taken, queue.waiting) == (len(accepted), 0)


def test_the_bound_is_exact_under_threads(event: MakeEvent) -> None:
    """Threads that put at the same time are let in exactly up to the bound."""
    queue = EventQueue(1000, MANY)
    refused: list[int] = []
    ready = threading.Barrier(16)

    def fill(first: int) -> None:
        ready.wait()
        for number in range(first, first + 200):
            try:
                queue.put(event(number))
            except QueueFullError:
                refused.append(number)

    threads = [threading.Thread(target=fill, args=(200 * at,)) for at in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = ids(queue.take(MANY, MANY)[0])
    assert len(accepted) == 1000
    assert sorted(accepted + refused) == list(range(3200))


def test_the_bytes_are_exact_under_threads_and_a_reader(event: MakeEvent) -> None:
    """With a reader at work no byte is miscounted: emptied, the queue takes its bound again."""
    queue = EventQueue(MANY, 1000)
    done = threading.Event()
    taken: list[int] = []
    accepted: list[int] = []

    def read() -> None:
        while not done.is_set() or len(queue):
            taken.extend(ids(queue.take(7, MANY)[0]))
            queue.hold(0, 0)

    def fill(first: int) -> None:
        for number in range(first, first + 2000):
            try:
                queue.put(event(number, size=10))
            except QueueFullError:
                continue
            accepted.append(number)

    reader = threading.Thread(target=read)
    threads = [threading.Thread(target=fill, args=(2000 * at,)) for at in range(8)]
    for thread in [reader, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert sorted(taken) == sorted(accepted)
    for number in range(100):
        queue.put(event(number, size=10))
    with pytest.raises(QueueFullError):
        queue.put(event(0, size=10))


def test_long_texts_beside_the_data_fill_the_queue(event: MakeEvent) -> None:
    """Headers always; ids and labels as soon as more waits than the writer's next turn takes."""
    waits = event(0, size=1)
    for texts, bound, fit in [
        ({"headers": {"h": "x" * 10_000}}, 100_000, 10),
        ({"correlation_id": "x" * 10_000}, 200_000, 256 + 20),
    ]:
        queue = EventQueue(MANY, bound)
        for _ in range(fit):
            queue.put(waits._replace(**texts))
        with pytest.raises(QueueFullError):
            queue.put(waits)
        queue.take(MANY, MANY)
        queue.hold(0, 0)
        queue.put(waits)


def test_long_labels_fill_the_queue(event: MakeEvent) -> None:
    """Of events that each have their own; within a factor of the bound, however many fit."""
    queue = EventQueue(MANY, 5_000_000)
    accepted = 0
    with contextlib.suppress(QueueFullError):
        for accepted in range(5000):
            frame = pandas.DataFrame([[1]], columns=[f"{accepted}" + "x" * 10_000])
            snapshot, size = snapshot_frame(frame)
            queue.put(event(0)._replace(snapshot=snapshot, size=size))
    assert 400 <= accepted <= 750


@pytest.mark.parametrize(("does", "expected"), [("put", [0, 1, 2]), ("mark", [0, 1])])
def test_a_signal_handler_may_interrupt_put_at_any_line(
    event: MakeEvent, does: str, expected: list[int]
) -> None:
    """A handler that collects or flushes in the middle of `put` neither hangs nor loses a thing."""
    for line in itertools.count():
        queue = EventQueue(100, MANY)
        queue.put(event(0))
        handler = partial(queue.put, event(2)) if does == "put" else queue.mark
        if not _put_interrupted(queue, event(1), line, handler):
            break
        assert sorted(ids(queue.take(MANY, MANY)[0])) == expected
        assert (queue.taken, queue.waiting) == (len(expected), 0)
    assert line > 5


def test_a_signal_handler_may_close_the_queue_at_any_line(event: MakeEvent) -> None:
    """An event interrupted by `close` is either refused or still there to be taken."""
    for line in itertools.count():
        queue = EventQueue(100, MANY)
        refused = False
        try:
            if not _put_interrupted(queue, event(1), line, queue.close):
                break
        except QueueClosedError:
            refused = True
        assert ids(queue.take(MANY, MANY)[0]) == ([] if refused else [1])
    assert line > 5


def _put_interrupted(
    queue: EventQueue, event: Event, line: int, handler: Callable[[], Any]
) -> bool:
    """Put an event; before a line of `put`, counted from 0, a handler runs as a signal's would.

    Returns:
        False when `put` has no such line.
    """
    lines_left = line

    def trace(frame: FrameType, kind: str, _: Any) -> Any:
        nonlocal lines_left
        if frame.f_code.co_name != "put":
            return None
        if kind == "line":
            lines_left -= 1
            if lines_left == -1:
                handler()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        queue.put(event)
    finally:
        sys.settrace(before)
    return lines_left < 0
