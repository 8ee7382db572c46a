"""The end of a pipeline: what is written in bounded time, and who waits for it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any, Callable, Optional

import pytest

from mdc_core.data.events import Event
from mdc_core.errors import QueueClosedError
from mdc_core.transport.event_queue import EventQueue
from mdc_core.transport.pipeline import Pipeline
from mdc_core.transport.writer import Writer
from tests.core.transport.pipelines import make, writers

MakeEvent = Callable[..., Event]


@pytest.fixture
def pipeline(place: Any) -> Iterator[Pipeline]:
    """A pipeline that is closed after the test."""
    pipeline = make(place)
    yield pipeline
    place.open.set()
    place.broken = set()
    pipeline.close()


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


@pytest.mark.usefixtures("ends_wait")
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
    assert time.monotonic() - start < 20
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
