"""Rounds of delivery: failures, pauses, outages and their log lines."""

from __future__ import annotations

from typing import Callable, Optional

import pytest

from mdc_core.delivery.errors import BusyError, DeliveryError
from mdc_core.delivery.loop import DeliveryLoop, Uploader
from mdc_core.spool.outbox import Outbox, SpoolFile

INTERVAL = 1.0
Log = Callable[[], list[str]]


class Scripted(Uploader):
    """Takes `step` bytes a call, or fails as it is told.

    Attributes:
        faults: raised for the files of a path.
        on_upload: called before anything else.
    """

    def __init__(self, step: int = 1 << 30) -> None:
        self.step = step
        self.faults: dict[str, Exception] = {}
        self.on_upload: Callable[[SpoolFile], object] = lambda file: None
        self.uploads: list[str] = []
        self.finished: list[str] = []
        self.closed = 0

    def upload(self, file: SpoolFile) -> int:
        self.uploads.append(file.path)
        self.on_upload(file)
        if file.path in self.faults:
            raise self.faults[file.path]
        return min(file.size, file.delivered + self.step)

    def finish(self, file: SpoolFile) -> None:
        self.finished.append(file.path)

    def close(self) -> None:
        self.closed += 1


class Parts:
    """A loop over a scripted uploader, with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.outbox = Outbox(lambda: self.now)
        self.uploader = Scripted()
        self.retries = 0
        self.refreshed: Callable[[], object] = lambda: None
        self.loop = DeliveryLoop(
            self.uploader,
            self.outbox,
            self._retried,
            INTERVAL,
            lambda: self.refreshed() and None,
            "Azurite",
            lambda: self.now,
        )

    def fail(self, error: Optional[Exception], path: str = "a") -> None:
        """Let a file's delivery fail from now on, or no longer."""
        if error is None:
            self.uploader.faults.pop(path)
        else:
            self.uploader.faults[path] = error

    def _retried(self) -> None:
        self.retries += 1


@pytest.fixture
def parts() -> Parts:
    return Parts()


def test_a_round_delivers_all_files(parts: Parts) -> None:
    """One after the other, each in as many calls as it needs."""
    parts.uploader.step = 4
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 3)
    assert parts.loop.step() == INTERVAL
    assert parts.uploader.uploads == ["a", "a", "a", "b"]
    assert parts.outbox.waiting_bytes() == 0


def test_what_is_appended_during_a_round_is_left_to_the_next(parts: Parts) -> None:
    """A file that grows steadily makes no small appends, and does not starve the others."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.uploader.step = 10
    parts.uploader.on_upload = lambda file: parts.outbox.appended("a", file.size + 10)
    parts.loop.step()
    assert parts.uploader.uploads == ["a", "b"]


def test_a_sealed_file_is_finished_once(parts: Parts) -> None:
    """When it is delivered, and not before."""
    parts.outbox.appended("a", 10)
    parts.outbox.seal("a")
    parts.fail(DeliveryError("no"))
    parts.loop.step()
    assert parts.uploader.finished == []
    parts.fail(None)
    parts.loop.step()
    parts.loop.step()
    assert parts.uploader.finished == ["a"]
    assert parts.outbox.unfinished() == []


def test_a_failure_ends_the_round_and_is_counted(parts: Parts) -> None:
    """Where one file meets no answer, the others would not either."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.fail(DeliveryError("no answer"))
    assert parts.loop.step() < INTERVAL
    assert (parts.uploader.uploads, parts.retries) == (["a"], 1)


def test_a_lasting_failure_of_one_container_does_not_stop_the_others(parts: Parts) -> None:
    """JSONL arrives although the CSV container is not permitted; the pause is long."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.fail(DeliveryError("no access", lasting=True))
    assert parts.loop.step() >= 30.0
    assert [file.path for file in parts.outbox.unfinished()] == ["a"]


def test_a_busy_file_does_not_stop_the_others(parts: Parts) -> None:
    """A lease that somebody else holds is no outage: nothing is logged or counted."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.fail(BusyError("leased", retry_after=0.1))
    assert parts.loop.step() == 0.1
    assert (parts.uploader.uploads, parts.retries) == (["a", "b"], 0)


def test_the_destinations_wish_is_respected(parts: Parts) -> None:
    """The pause is never shorter than Retry-After, and somebody who waits cannot shorten it."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("busy", retry_after=17.0))
    assert parts.loop.step() == 17.0


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
    """Somebody has to act: it is said at once and then rarely, also behind an outage."""
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


def test_a_lasting_failure_of_one_container_is_no_end_of_the_other(parts: Parts, log: Log) -> None:
    """While one container works and the other does not, the log does not go back and forth."""
    parts.fail(DeliveryError("no access", lasting=True), path="b")
    for size in range(1, 10):
        parts.outbox.appended("a", size)
        parts.outbox.appended("b", size)
        parts.loop.step()
    assert len(log()) == 1
    parts.fail(None, path="b")
    parts.loop.step()
    assert len(log()) == 2


def test_pauses_grow_and_start_again_after_a_success(parts: Parts) -> None:
    """Backoff is that of the whole destination."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("no answer"))
    pauses = [parts.loop.step() for _ in range(6)]
    assert pauses[5] > pauses[2] > pauses[0]
    parts.fail(None)
    parts.loop.step()
    parts.outbox.appended("a", 20)
    parts.fail(DeliveryError("no answer"))
    assert parts.loop.step() <= 0.25


def test_a_file_that_is_gone_is_given_up_with_a_message(parts: Parts, log: Log) -> None:
    """The rest of the round goes on."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.fail(FileNotFoundError("a"))
    parts.loop.step()
    assert parts.outbox.unfinished() == []
    assert "up to 10 bytes for Azurite are lost" in log()[0]


def test_the_thread_outlives_any_error(
    parts: Parts, log: Log, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    """An unexpected one counts as a failed try, said without secrets."""
    errors: list[Exception] = [RuntimeError("?sig=SECRET"), DeliveryError("", retry_after=1e-3)]

    def fail() -> None:
        if errors:
            raise errors.pop(0)

    parts.refreshed = fail
    parts.outbox.appended("a", 10)
    parts.loop.start()
    eventually(lambda: parts.outbox.waiting_bytes() == 0, "delivered")
    parts.loop.stop(10.0)
    assert "unexpected RuntimeError: ?sig=***" in log()[0]


def test_a_wish_without_end_does_not_end_the_thread(
    parts: Parts, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    """A pause that no clock can count is cut."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("busy", retry_after=1e300))
    parts.loop.start()
    eventually(lambda: parts.retries == 1, "one try")
    parts.fail(None)
    parts.loop.stop(10.0)
    assert parts.uploader.closed == 1


def test_stop_finishes_what_is_delivered_and_closes(parts: Parts) -> None:
    """Sealed and delivered files are gone, connections too; what waits stays."""
    parts.outbox.appended("a", 10)
    parts.loop.start()
    parts.loop.drain(10.0)
    parts.outbox.seal("a")
    parts.outbox.appended("b", 10)
    parts.fail(DeliveryError("no answer"), path="b")
    parts.loop.stop(10.0)
    assert parts.uploader.finished == ["a"]
    assert parts.uploader.closed == 1
    assert parts.outbox.waiting_bytes() == 10


def test_drain_does_not_wait_for_a_destination_that_fails(
    parts: Parts, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    """An exit during an outage takes no time: the spool keeps what waits."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("no answer", retry_after=3600.0))
    parts.loop.start()
    eventually(lambda: parts.retries == 1, "the first failure")
    parts.loop.drain(timeout=3600.0)
    parts.loop.stop(10.0)
    assert parts.outbox.waiting_bytes() == 10
