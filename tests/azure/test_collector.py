"""Azure's collector: one connection, in order, through refusals, pauses and outages."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy
import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from tests.azure.collector_settings import collect, counts, on_endpoint, spooled
from tests.azure.recorder import (
    CLOSE,
    HANG_UP,
    REFUSE_EARLY,
    SILENT,
    Answer,
    Recorder,
    recording,
    wait_until,
)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Recorder]:
    """The collector of this process's online endpoint."""
    with recording() as recorder:
        on_endpoint(monkeypatch, recorder.port, tmp_path)
        yield recorder
        mdc_core.shutdown(1)


def _wait_for_counts(**expected: int) -> None:
    wait_until(
        lambda: all(getattr(counts(), name) >= value for name, value in expected.items()),
        lambda: f"{expected} in {counts()}",
    )


def _messages(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= level]


def test_one_connection_takes_all_events_in_order(recorder: Recorder) -> None:
    """Collections by turns, contexts from any hour: requests come in the order of the calls."""
    collectors = [Collector(name=name) for name in ("model_inputs", "model_outputs")]
    for number in range(300):
        context = BasicCorrelationContext(timestamp=1_700_000_000 - 3600 * (number % 5))
        collectors[number % 2].collect(pandas.DataFrame({"n": [number]}), context)
    assert mdc_core.flush(20)
    assert recorder.taken() == list(range(300))
    assert recorder.connections == 1
    assert counts().delivered == 300


def test_any_success_is_a_delivery(recorder: Recorder) -> None:
    """200, 202 and 204 are each the end of an event."""
    recorder.answer(Answer(200), Answer(202), Answer(204))
    collect(0, 3)
    assert mdc_core.flush(20)
    assert recorder.taken() == [0, 1, 2]
    assert recorder.connections == 1


@pytest.mark.parametrize("status", [400, 401, 404, 413, 415])
def test_what_is_refused_is_counted_and_not_repeated(
    recorder: Recorder, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """A refusal is for good: it has a reason in the counts, and one message for all of its kind."""
    recorder.answer(Answer(), Answer(status), Answer(status))
    collect(0, 4)
    assert mdc_core.flush(20)
    assert recorder.taken() == [0, 1, 2, 3]
    assert counts().dropped == {"rejected": 2}
    assert counts().retried == 0
    (message,) = _messages(caplog, logging.WARNING)
    assert "rejected" in message
    assert str(status) in message


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_is_refused_for_now_is_repeated(recorder: Recorder, status: int) -> None:
    """The same event, with the same id, comes again, and the later ones after it."""
    recorder.answer(Answer(), Answer(status), Answer(status))
    collect(0, 4)
    recorder.wait_for(6)
    assert recorder.taken() == [0, 1, 1, 1, 2, 3]
    assert len({request.header("trace-id") for request in recorder.requests}) == 4
    _wait_for_counts(delivered=4)
    assert counts().retried == 2
    assert counts().dropped == {}


def test_the_pause_that_is_asked_for_is_kept(recorder: Recorder) -> None:
    """After 429 with `Retry-After` nothing is sent for so long, though others were taken before."""
    recorder.leave()
    collect(0, 3)
    _wait_for_counts(written=3, retried=1)
    recorder.answer(Answer(), Answer(429, (("Retry-After", "1"),)))
    recorder.come()
    recorder.wait_for(4)
    assert recorder.taken() == [0, 1, 1, 2]
    assert recorder.requests[2].at - recorder.requests[1].at >= 1.0


@pytest.mark.parametrize("wish", ["soon", "-1", "1e999", "nan", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_pause_that_makes_no_sense_is_ours_to_choose(recorder: Recorder, wish: str) -> None:
    """No `Retry-After` ends or stalls the delivery."""
    recorder.answer(Answer(503, (("Retry-After", wish),)))
    collect(0, 2)
    recorder.wait_for(3)
    assert recorder.taken() == [0, 0, 1]


def test_a_connection_that_was_given_up_is_no_failure(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """A collector may end an idle connection; the next event makes a new one without a word."""
    recorder.answer(Answer(way=CLOSE))
    collect(0, 1)
    assert mdc_core.flush(20)
    collect(1, 1)
    assert mdc_core.flush(20)
    assert recorder.taken() == [0, 1]
    assert recorder.connections == 2
    assert counts().retried == 0
    assert _messages(caplog, logging.WARNING) == []


def test_an_answer_that_was_lost_makes_the_event_come_again(recorder: Recorder) -> None:
    """The repeated event has the `trace-id` it had."""
    recorder.answer(Answer(way=HANG_UP), Answer(way=HANG_UP))
    collect(0, 2)
    recorder.wait_for(4)
    _wait_for_counts(delivered=2)
    assert recorder.taken() == [0, 0, 0, 1]
    assert len({request.header("trace-id") for request in recorder.requests}) == 2


def test_a_large_event_goes_whole(recorder: Recorder) -> None:
    """Beyond 4 MB nothing is divided or put elsewhere."""
    numbers = numpy.arange(200_000)
    collect(0, 1)
    Collector(name="large").collect(pandas.DataFrame({"n": numbers, "twice": 2 * numbers}))
    collect(1, 1)
    assert mdc_core.flush(20)
    before, large, after = recorder.requests
    assert (before.data(), after.data()) == ([{"n": 0}], [{"n": 1}])
    assert len(large.body) > 4 * 1024 * 1024
    assert [row["twice"] for row in large.data()] == (2 * numbers).tolist()


def test_a_large_event_may_be_refused_before_it_is_read(recorder: Recorder) -> None:
    """The answer counts, not the connection that broke under the rest of the event."""
    recorder.answer(Answer(413, (("Connection", "close"),), way=REFUSE_EARLY))
    Collector(name="large").collect(pandas.DataFrame({"text": ["x" * 20_000_000]}))
    collect(1, 1)
    assert mdc_core.flush(20)
    assert recorder.requests[1].data() == [{"n": 1}]
    assert counts().dropped == {"rejected": 1}
    assert counts().retried == 0


def test_texts_that_no_header_can_hold_do_not_stop_the_delivery(recorder: Recorder) -> None:
    """Ids, names and headers of any text are sent as nearly as HTTP allows."""
    headers = {
        "two words": "a\r\nx-injected: b",
        "größe": "groß",
        "X-City": "東京",
        "x-city": " 大阪",
    }
    context = BasicCorrelationContext(id="id\n1", headers=headers)
    Collector(name="naïve\n名").collect(pandas.DataFrame({"n": [0]}), context)
    collect(1, 1)
    assert mdc_core.flush(20)
    request = recorder.requests[0]
    assert request.header("ce-two-words") == "a  x-injected: b"
    assert request.header("ce-gr--e") == "groß"
    assert request.header("ce-x-city").encode("latin-1").decode() == "大阪"
    assert request.header("ce-x-request-id") == "id 1"
    assert request.header("ce-type").encode("latin-1").decode() == "azureml.inference.naïve 名"
    assert recorder.requests[1].data() == [{"n": 1}]


@pytest.mark.parametrize("timestamp", [1, 4_102_444_800, 253_402_300_799])
def test_any_time_of_a_context_is_sent(recorder: Recorder, timestamp: int) -> None:
    """Also beyond the years that pandas can count in nanoseconds."""
    context = BasicCorrelationContext(timestamp=timestamp)
    Collector(name="numbers").collect(pandas.DataFrame({"n": [0]}), context)
    assert mdc_core.flush(20)
    assert recorder.requests[0].header("ce-time") == str(timestamp)


def test_an_outage_has_one_message_at_each_end(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """While the collector is absent events wait in the spool; then all go, in order."""
    collect(0, 2)
    assert mdc_core.flush(20)
    recorder.leave()
    collect(2, 2)
    _wait_for_counts(retried=2)
    collect(4, 2)
    _wait_for_counts(written=6, retried=3)
    assert counts().undelivered_bytes > 0
    recorder.come()
    _wait_for_counts(delivered=6)
    assert recorder.taken() == list(range(6))
    begin, end = _messages(caplog, logging.WARNING)
    assert "events stay in the spool" in begin
    assert "AZUREML_MDC_PORT" in begin
    assert "works again" in end
    assert counts().dropped == {}


@pytest.mark.parametrize("way", ["absent", "silent"])
def test_a_shutdown_does_not_wait_for_the_collector(
    recorder: Recorder, tmp_path: Path, way: str
) -> None:
    """It takes the time it is given, and the events stay in the spool for the next start."""
    if way == "absent":
        recorder.leave()
    else:
        recorder.answer(Answer(way=SILENT))
    collect(0, 3)
    _wait_for_counts(written=3)
    began = time.monotonic()
    assert mdc_core.shutdown(1)
    assert time.monotonic() - began < 10  # not as long as the collector is away
    assert spooled(tmp_path)
    if way == "absent":
        recorder.come()
        collect(3, 1)
        recorder.wait_for(4)
        assert recorder.taken() == [0, 1, 2, 3]


def test_a_full_spool_drops_what_is_new_and_counts_it(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """During an outage that lasts too long, the events lost have a reason."""
    recorder.leave()
    monkeypatch.setenv("MDC_SPOOL_BYTES", "1")
    collect(0, 1)
    _wait_for_counts(written=1)
    collect(1, 3)
    wait_until(lambda: counts().dropped == {"spool_full": 3}, lambda: str(counts()))
    recorder.come()
    recorder.wait_for(1)
    assert recorder.taken() == [0]
