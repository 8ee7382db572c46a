"""The pipeline: a thread that starts with the first event, flush, and faults that it survives."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Callable, Optional

import pytest

from mdc_core.data.events import Event
from mdc_core.errors import QueueFullError
from mdc_core.transport.counters import Counts
from mdc_core.transport.pipeline import Pipeline
from tests.core.transport.pipelines import MANY, make, writers

MakeEvent = Callable[..., Event]


@pytest.fixture
def pipeline(place: Any) -> Iterator[Pipeline]:
    """A pipeline that is closed after the test."""
    pipeline = make(place)
    yield pipeline
    place.open.set()
    place.broken = set()
    pipeline.close()


def test_no_thread_runs_before_the_first_event(pipeline: Pipeline, event: MakeEvent) -> None:
    """A collector that is made and not used costs no thread."""
    before = len(writers())
    assert pipeline.flush(0)
    assert len(writers()) == before
    pipeline.put(event(0))
    assert len(writers()) == before + 1
    assert pipeline.flush(10)


def test_what_was_put_is_there_after_flush(
    pipeline: Pipeline, place: Any, event: MakeEvent
) -> None:
    """`flush` returns when all that was accepted is delivered."""
    for number in range(100):
        pipeline.put(event(number))
    assert pipeline.flush(10)
    assert place.numbers() == list(range(100))
    assert pipeline.counts().delivered == 100


def test_nothing_wakes_the_writer_while_nothing_is_collected(
    pipeline: Pipeline, place: Any, event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Idle, it waits without end; the next event ends that, and is written without a flush."""
    idle, ended = threading.Event(), threading.Event()
    wait = pipeline._wakeup.wait

    def noted(seconds: Optional[float]) -> bool:
        if seconds is None:
            idle.set()
        called = wait(seconds)
        if seconds is None:
            ended.set()
        return called

    monkeypatch.setattr(pipeline._wakeup, "wait", noted)
    pipeline.put(event(0))
    assert pipeline.flush(10)
    assert idle.wait(10)
    assert not ended.is_set()
    written = threading.Event()
    monkeypatch.setattr(place, "follow", lambda *_: written.set())
    pipeline.put(event(1))
    assert ended.wait(10)
    assert written.wait(10)
    assert pipeline.flush(10)
    assert place.numbers() == [0, 1]


def test_what_is_due_ends_the_rest(place: Any, event: MakeEvent) -> None:
    """What was written is flushed to the disk in time, though nothing more is collected."""
    pipeline = Pipeline(lambda: place, None, 1000, MANY, 0.01)
    synced = threading.Event()
    place.sync = synced.set
    pipeline.put(event(0))
    assert synced.wait(10)
    assert pipeline.close()


def test_flush_gives_up_at_its_timeout(pipeline: Pipeline, place: Any, event: MakeEvent) -> None:
    """A destination that does not answer makes `flush` return False, and loses nothing."""
    place.open.clear()
    pipeline.put(event(0))
    assert place.entered.wait(10)
    assert not pipeline.flush(0)
    place.open.set()
    assert pipeline.flush(10)
    assert place.numbers() == [0]


def test_the_bound_holds_while_the_writer_is_busy(
    pipeline: Pipeline, place: Any, event: MakeEvent
) -> None:
    """Exactly as many events as the queue holds are accepted behind the ones being written."""
    place.open.clear()
    pipeline.put(event(0))
    assert place.entered.wait(10)
    for number in range(1, 1001):
        pipeline.put(event(number))
    with pytest.raises(QueueFullError):
        pipeline.put(event(1001))
    assert pipeline.counts() == Counts(accepted=1001, waiting=1001)  # one is being written
    place.open.set()
    assert pipeline.flush(10)
    assert place.numbers() == list(range(1001))


def test_a_fault_of_ours_costs_one_batch(
    pipeline: Pipeline, place: Any, event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected exception is logged and counted, and the writer goes on."""
    works = place.append_lines
    monkeypatch.setattr(place, "append_lines", lambda *_: 1 / 0)
    pipeline.put(event(0))
    pipeline.flush(10)
    monkeypatch.setattr(place, "append_lines", works)
    pipeline.put(event(1))
    assert pipeline.flush(10)
    assert place.numbers() == [1]
    assert pipeline.counts().dropped == {"internal_error": 1}


def test_a_disabled_pipeline_writes_nothing(place: Any, event: MakeEvent) -> None:
    """With the worker disabled events are accepted up to the bound and stay where they are."""
    pipeline = make(place, max_events=2, enabled=False)
    pipeline.put(event(0))
    assert not pipeline.flush(0)
    pipeline.put(event(1))
    with pytest.raises(QueueFullError):
        pipeline.put(event(2))
    pipeline.close()
    assert place.calls == []


def test_lines_and_rows_may_share_a_destination(place: Any, event: MakeEvent) -> None:
    """One factory for both makes one destination."""
    made: list[Any] = []

    def factory() -> Any:
        made.append(place)
        return place

    pipeline = Pipeline(factory, factory, 10, MANY, 5.0)
    pipeline.put(event(1, csv=True))
    assert pipeline.close()
    assert len(made) == 1
    assert place.numbers() == [1]
    assert place.rows("numbers") == [["n"], ["1"]]


@pytest.mark.parametrize("does", ["flush", "collect"])
def test_a_signal_handler_may_interrupt_the_first_put_at_any_line(
    place: Any, event: MakeEvent, does: str
) -> None:
    """Even while the writer thread is being started, a handler that flushes is served and one
    that collects loses nothing.
    """
    for line in itertools.count():
        here = type(place)()
        pipeline = make(here)
        answers: list[bool] = []

        def handler(pipeline: Pipeline = pipeline, answers: list[bool] = answers) -> None:
            if does == "flush":
                answers.append(pipeline.flush(10))
            else:
                pipeline.put(event(1))

        if not _put_interrupted(pipeline, event(0), line, handler):
            break
        assert answers in ([], [True])
        assert pipeline.close()
        assert sorted(here.numbers()) == ([0] if does == "flush" else [0, 1])
        assert here.calls.count("close") == 1
    assert pipeline.close()
    assert line > 10


def _put_interrupted(
    pipeline: Pipeline, event: Event, line: int, handler: Callable[[], Any]
) -> bool:
    """Put an event; before a line of our code, counted from 0, a handler runs as a signal's would.

    Returns:
        False when fewer lines were run.
    """
    lines_left = line

    def trace(frame: FrameType, kind: str, _: Any) -> Any:
        nonlocal lines_left
        if "mdc_core" not in frame.f_code.co_filename:
            return None
        if kind == "line":
            lines_left -= 1
            if lines_left == -1:
                handler()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        pipeline.put(event)
    finally:
        sys.settrace(before)
    return lines_left < 0
