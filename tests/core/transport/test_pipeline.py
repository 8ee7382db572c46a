"""The pipeline: a thread that starts with the first event, flush, and an end in bounded time."""

from __future__ import annotations

import asyncio
import itertools
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any, Callable, Optional

import pytest

from mdc_core.data.events import Event
from mdc_core.errors import QueueClosedError, QueueFullError
from mdc_core.transport.counters import Counts
from mdc_core.transport.event_queue import EventQueue
from mdc_core.transport.pipeline import Pipeline
from mdc_core.transport.writer import Writer

MakeEvent = Callable[..., Event]
MANY = 10**9


def make(place: Any, max_events: int = 1000, max_bytes: int = MANY, **options: Any) -> Pipeline:
    """Return a pipeline of lines to a place."""
    return Pipeline(lambda: place, None, max_events, max_bytes, 5.0, **options)


def writers() -> list[threading.Thread]:
    """Return the writer threads of this process."""
    return [thread for thread in threading.enumerate() if thread.name == "mdc-writer"]


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


def test_close_writes_what_waits(place: Any, event: MakeEvent) -> None:
    """At the end everything accepted is written, the destination closed, the thread gone."""
    pipeline = make(place)
    for number in range(100):
        pipeline.put(event(number))
    assert pipeline.close()
    assert place.numbers() == list(range(100))
    assert place.calls[-1] == "close"
    for thread in writers():
        thread.join(30)
    assert writers() == []


def test_a_closed_pipeline_refuses_and_answers(
    place: Any, event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """After the end nothing is accepted, and neither `flush` nor `close` waits for anybody."""
    pipeline = make(place)
    pipeline.put(event(0))
    pipeline.close()
    with pytest.raises(QueueClosedError):
        pipeline.put(event(1))
    assert pipeline.flush()
    assert pipeline.close()
    assert place.numbers() == [0]
    assert caplog.records == []


def test_close_gives_up_at_its_timeout(
    place: Any, event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """With a broken destination the end is bounded; what is lost is counted and reported."""
    pipeline = make(place)
    place.broken = {"append_lines"}
    for number in range(3):
        pipeline.put(event(number))
    start = time.monotonic()
    assert not pipeline.close(0.1)
    assert time.monotonic() - start < 5
    assert pipeline.counts().dropped == {"not_written_at_exit": 3}
    assert "3 events were lost" in caplog.text
    assert not pipeline.flush()


def test_who_flushes_is_released_by_the_end(place: Any, event: MakeEvent) -> None:
    """A thread that waits for a broken destination does not outlive the pipeline's end."""
    pipeline = make(place)
    place.broken = {"append_lines"}
    pipeline.put(event(0))
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(pipeline.flush()))
    waiting.start()
    pipeline.close(0)
    waiting.join(10)
    assert answers == [False]


def test_an_unused_pipeline_ends_at_once(place: Any) -> None:
    """Without an event there is nothing to wait for, even where the destination is broken."""
    pipeline = make(place)
    place.broken = {"recover", "append_lines", "sync"}
    start = time.monotonic()
    assert pipeline.close(60)
    assert time.monotonic() - start < 10
    assert place.calls == []


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


def test_without_a_thread_the_end_writes(
    place: Any, event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no thread can be started, at interpreter shutdown, `close` writes by itself."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    pipeline = make(place)
    pipeline.put(event(0))
    pipeline.put(event(1))
    assert pipeline.close()
    assert place.numbers() == [0, 1]


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


def test_where_the_process_may_end_unnoticed_put_returns_when_the_event_is_written(
    place: Any, event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But one caller alone waits for a place that takes nothing, and not for long."""
    waited: list[bool] = []
    mark = EventQueue.mark

    def noted(queue: EventQueue, at_written: bool = False) -> Any:
        waited.append(at_written)
        return mark(queue, at_written)

    monkeypatch.setattr(EventQueue, "mark", noted)
    monkeypatch.setattr("mdc_core.transport.pipeline._WRITE_SECONDS", 30.0)
    unsafe = make(place, is_safe=lambda: False)
    for number in range(3):
        unsafe.put(event(number))
        assert place.numbers() == list(range(number + 1))
    assert waited == [True] * 3

    monkeypatch.setattr("mdc_core.transport.pipeline._WRITE_SECONDS", 0.01)
    place.open.clear()
    for number in range(3, 9):
        unsafe.put(event(number))
    assert len(waited) == 4
    place.open.set()
    assert unsafe.flush(30)
    monkeypatch.setattr("mdc_core.transport.pipeline._WRITE_SECONDS", 30.0)
    unsafe.put(event(9))
    assert place.numbers() == list(range(10))
    assert unsafe.close()


def test_an_event_loop_never_waits(
    place: Any, event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the process may end unnoticed, what it serves goes on."""
    monkeypatch.setattr("mdc_core.transport.pipeline._WRITE_SECONDS", 1e6)
    unsafe = make(place, is_safe=lambda: False)
    place.open.clear()

    async def serve() -> None:
        unsafe.put(event(0))
        asyncio.get_running_loop().call_soon(unsafe.put, event(1))
        await asyncio.sleep(0)

    asyncio.run(serve())
    place.open.set()
    unsafe.put(event(2))
    assert place.numbers() == [0, 1, 2]
    assert unsafe.close()


def test_what_comes_while_the_writer_looks_is_written_at_the_end(
    place: Any, event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It saw an empty queue, but that was before `close`."""
    closing = make(place)
    late = [event(1), event(2)]
    step = Writer.step

    def step_then_close(writer: Writer) -> Optional[float]:
        pause = step(writer)
        if pause is None and late:
            while late:
                closing.put(late.pop(0))
            closing.begin_to_close(10.0)
        return pause

    monkeypatch.setattr(Writer, "step", step_then_close)
    closing.put(event(0))
    assert closing.closed.wait(20)
    assert place.numbers() == [0, 1, 2]
    assert closing.report_lost() == 0


def test_what_the_writer_has_in_its_hands_is_waited_for(
    pipeline: Pipeline, place: Any, event: MakeEvent
) -> None:
    """Before what may end the process, and counted where that takes too long."""
    place.open.clear()
    pipeline.put(event(0))
    assert place.entered.wait(10)
    resume = pipeline.hold(0.01)
    assert pipeline.counts().waiting == 1
    assert pipeline.counts_if_ended().dropped == {"not_written_at_exit": 1}
    resume()
    place.open.set()
    pipeline.hold(10)
    assert pipeline.counts() == pipeline.counts_if_ended()
    assert place.numbers() == [0]
