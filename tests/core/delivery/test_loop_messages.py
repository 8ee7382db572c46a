"""What rounds of delivery say: each trouble when it begins, when it ends, and rarely between."""

from __future__ import annotations

from typing import Callable, List

import pytest

from mdc_core.delivery.errors import BusyError, DeliveryError, RefusedError
from mdc_core.delivery.pacing import TURN_SECONDS
from mdc_core.spool.files import RemovedError
from mdc_core.spool.spool_file import SpoolFile
from tests.core.delivery.loop_parts import INTERVAL, Parts

Log = Callable[[], List[str]]


@pytest.fixture
def parts() -> Parts:
    return Parts()


def test_another_writers_turn_is_waited_for(parts: Parts, log: Log) -> None:
    """A lease that somebody else holds for some seconds is nothing to tell or to count."""
    parts.fail(BusyError("leased", retry_after=0.1))
    parts.outbox.appended("a", 10)
    for _ in range(int(TURN_SECONDS / 0.1) - 1):
        assert parts.loop.step() == pytest.approx(0.1)
        parts.now += 0.1
    assert (parts.retries, log()) == (0, [])


def test_an_endless_turn_is_said_and_tried_ever_less(parts: Parts, log: Log) -> None:
    """Who holds a lease for a day is named in the log again and again, and asked each minute."""
    parts.fail(BusyError("leased", retry_after=0.1))
    parts.outbox.appended("a", 10)
    begin = parts.now
    while parts.now < begin + 24 * 3600:
        age = parts.now - begin
        parts.now += parts.loop.step()
        if age < TURN_SECONDS - 0.2 or TURN_SECONDS + 1 < age < 500:
            assert len(log()) == (age > TURN_SECONDS)
    assert len(parts.uploader.uploads) < 24 * 60 + 200
    assert 100 < len(log()) <= 145
    assert all("delivery of a to Azurite fails" in message for message in log())


@pytest.mark.parametrize("took", [0.01, 0.3, 0.55, 0.9, 2.5])
def test_an_endless_turn_is_logged_in_time_however_long_a_try_takes(
    took: float, parts: Parts, log: Log
) -> None:
    """The pauses that keep slow tries from the time of others do not put it off."""

    def slowly(file: SpoolFile) -> None:
        parts.now += took

    parts.fail(BusyError("leased", retry_after=0.1))
    parts.uploader.on_upload = slowly
    parts.outbox.appended("a", 10)
    begin = parts.now
    pause = parts.loop.step()
    while not log():
        parts.now += pause
        pause = parts.loop.step()
    assert parts.now < begin + TURN_SECONDS + 2 * took + 0.3


def test_an_outage_is_said_when_it_begins_and_when_it_ends(parts: Parts, log: Log) -> None:
    """One line each, however often it fails between them."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("no answer"))
    for _ in range(20):
        parts.loop.step()
        parts.now += 60.0
    parts.fail(None)
    parts.loop.step()
    parts.loop.step()
    assert log() == [
        "mdc-bridge: delivery to Azurite fails, events stay in the spool: no answer",
        "mdc-bridge: delivery to Azurite works again after 1200 s",
    ]
    assert parts.retries == 20


def test_a_lasting_failure_is_said_again_after_ten_minutes(parts: Parts, log: Log) -> None:
    """Somebody has to act: it is logged at once and then rarely, also behind an outage."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("no answer"))
    parts.loop.step()
    parts.fail(DeliveryError("no access", lasting=True))
    for _ in range(40):
        parts.loop.step()
        parts.now += 30.0
    assert [message.rpartition(": ")[2] for message in log()] == [
        "no answer",
        "no access",
        "no access",
    ]


def test_one_files_trouble_is_said_once(parts: Parts, log: Log) -> None:
    """At its beginning and at its end, whatever the others do meanwhile."""
    parts.fail(RefusedError("no access", lasting=True), path="b")
    for size in range(1, 100):
        parts.outbox.appended("a", size)
        parts.outbox.appended("b", size)
        parts.loop.step()
        parts.now += INTERVAL
    parts.fail(None, path="b")
    parts.now += 60.0
    parts.loop.step()
    assert log() == [
        "mdc-bridge: delivery of b to Azurite fails, other files go on: no access",
        "mdc-bridge: delivery of b to Azurite works again after 159 s",
    ]


def test_the_trouble_of_many_files_is_said_once(parts: Parts, log: Log) -> None:
    """Where all have one reason, and nothing can be delivered, one line is enough."""
    for number in range(50):
        parts.outbox.appended(f"file {number}", 10)
        parts.fail(RefusedError("no access", lasting=True), path=f"file {number}")
    for _ in range(100):
        parts.loop.step()
        parts.now += INTERVAL
    (message,) = log()
    assert message == (
        "mdc-bridge: delivery of file 0 and 49 more to Azurite fails, events stay in the spool: "
        "no access"
    )


def test_a_file_that_is_gone_is_given_up_with_a_message(parts: Parts, log: Log) -> None:
    """The rest of the round goes on."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.fail(RemovedError("a"))
    parts.loop.step()
    assert parts.outbox.unfinished() == []
    assert "up to 10 bytes for Azurite are lost" in log()[0]
