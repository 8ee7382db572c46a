"""Rounds of delivery: failures, pauses, outages and their log lines."""

from __future__ import annotations

from typing import Callable, List, Optional

import pytest

from mdc_core.delivery.errors import BusyError, DeliveryError, RefusedError
from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.pacing import TURN_SECONDS
from mdc_core.delivery.uploader import Uploader
from mdc_core.spool.files import RemovedError
from mdc_core.spool.outbox import Outbox, SpoolFile

INTERVAL = 1.0
Log = Callable[[], List[str]]


class Scripted(Uploader):
    """Takes `step` bytes a call, or fails as the test wants.

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
        self.forgotten: list[str] = []
        self.closed = 0

    def upload(self, file: SpoolFile) -> int:
        self.uploads.append(file.path)
        self.on_upload(file)
        if file.path in self.faults:
            raise self.faults[file.path]
        return min(file.size, file.delivered + self.step)

    def finish(self, file: SpoolFile) -> None:
        self.finished.append(file.path)

    def forget(self, file: SpoolFile) -> None:
        self.forgotten.append(file.path)

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

    def wait(self) -> float:
        """Let time pass until something was tried again; return the seconds."""
        tries = len(self.uploader.uploads)
        before = self.now
        while len(self.uploader.uploads) == tries:
            self.now += 0.01
            self.loop.step()
        return self.now - before

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
    parts.wait()
    parts.loop.step()
    parts.loop.step()
    assert parts.uploader.finished == ["a"]
    assert parts.outbox.unfinished() == []


FAULTS = [
    DeliveryError("no answer"),
    DeliveryError("no key", lasting=True),
    RefusedError("no access", lasting=True),
    BusyError("leased", retry_after=0.1),
    RuntimeError("a fault of our own"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("bad", ["a", "b", "c"])
def test_one_file_holds_up_no_other(parts: Parts, fault: Exception, bad: str) -> None:
    """Whatever is the matter with it, and wherever it stands: the others are never late."""
    parts.fail(fault, path=bad)
    for size in range(1, 200):
        for path in "abc":
            parts.outbox.appended(path, size)
        assert parts.loop.step() <= INTERVAL
        assert [file.path for file in parts.outbox.unfinished()] == [bad]
        parts.now += INTERVAL
    assert parts.uploader.uploads.count(bad) < 60
    parts.fail(None, path=bad)
    parts.now += 60.0
    parts.loop.step()
    assert parts.outbox.unfinished() == []


def test_two_files_that_fail_are_believed(parts: Parts) -> None:
    """Where two meet no answer the others would not either; they are left alone for a while."""
    for path in "abc":
        parts.outbox.appended(path, 10)
        parts.fail(DeliveryError("no answer"), path=path)
    assert parts.loop.step() < INTERVAL
    assert (parts.uploader.uploads, parts.retries) == (["a", "b"], 2)
    parts.loop.step()
    assert parts.retries == 2
    parts.wait()
    assert parts.retries == 4


def test_a_pause_because_of_one_file_is_none_for_a_second(parts: Parts) -> None:
    """What is new is tried at its time; when it is taken, only the first file has to wait."""
    parts.fail(DeliveryError("no key", lasting=True))
    parts.outbox.appended("a", 10)
    parts.loop.step()
    parts.outbox.appended("b", 10)
    parts.loop.step()
    assert parts.uploader.uploads == ["a", "b"]
    assert [file.path for file in parts.outbox.unfinished()] == ["a"]


def test_what_hangs_is_tried_rarely(parts: Parts) -> None:
    """A file whose try takes half a minute takes a tenth of the time at most."""

    def hang(file: SpoolFile) -> None:
        parts.now += 30.0 if file.path == "a" else 0.01

    parts.uploader.on_upload = hang
    parts.fail(DeliveryError("no answer"))
    begin = parts.now
    for size in range(1, 2000):
        parts.outbox.appended("a", size)
        parts.outbox.appended("b", size)
        parts.loop.step()
        parts.now += INTERVAL
    assert parts.uploader.uploads.count("a") * 30.0 < 0.12 * (parts.now - begin)


def test_many_bad_files_take_little_of_a_round(parts: Parts) -> None:
    """A thousand of them, half a second each: the one that works waits two seconds at most."""

    def slowly(file: SpoolFile) -> None:
        parts.now += 0.5 if file.path != "good" else 0.0

    for number in range(1000):
        parts.outbox.appended(f"bad {number}", 10)
        parts.fail(RefusedError("no access"), path=f"bad {number}")
    parts.loop.step()
    parts.uploader.on_upload = slowly
    for size in range(1, 50):
        parts.outbox.appended("good", size)
        before = parts.now
        parts.loop.step()
        assert parts.now - before < 2.0
        assert not [file for file in parts.outbox.unfinished() if file.path == "good"]
        parts.now += INTERVAL


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


def test_a_permission_that_is_granted_ends_all_pauses_of_its_kind(parts: Parts) -> None:
    """The first file that is tried again makes no difference."""
    for number in range(50):
        parts.outbox.appended(f"file {number}", 10)
        parts.fail(RefusedError("no access", lasting=True), path=f"file {number}")
    for _ in range(200):
        parts.loop.step()
        parts.now += INTERVAL
    for number in range(50):
        parts.fail(None, path=f"file {number}")
    parts.now += 10.0
    for _ in range(60):
        parts.loop.step()
        parts.now += INTERVAL
    assert parts.outbox.unfinished() == []


def test_a_busy_services_wish_holds_for_all_files(parts: Parts) -> None:
    """Nobody is asked before its end; a file that gets nothing else is left to itself then."""
    parts.fail(DeliveryError("busy", retry_after=5.0))
    for path in "ab":
        parts.outbox.appended(path, 10)
    assert parts.loop.step() == 5.0
    assert parts.uploader.uploads == ["a"]
    parts.now += 4.9
    parts.loop.step()
    assert parts.uploader.uploads == ["a"]
    for size in range(11, 100):
        parts.now += INTERVAL
        parts.outbox.appended("b", size)
        parts.loop.step()
    assert parts.uploader.uploads.count("b") == 89


def test_pauses_grow_and_start_again_after_a_success(parts: Parts) -> None:
    """Backoff is that of the whole destination."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("no answer"))
    pauses = []
    for _ in range(6):
        parts.loop.step()
        pauses.append(parts.wait())
    assert pauses[5] > pauses[2] > pauses[0]
    parts.fail(None)
    parts.wait()
    parts.outbox.appended("a", 20)
    parts.fail(DeliveryError("no answer"))
    assert parts.loop.step() <= 0.25


def test_a_file_that_is_gone_is_given_up_with_a_message(parts: Parts, log: Log) -> None:
    """The rest of the round goes on."""
    parts.outbox.appended("a", 10)
    parts.outbox.appended("b", 10)
    parts.fail(RemovedError("a"))
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
    parts.loop.begin()
    eventually(lambda: parts.outbox.waiting_bytes() == 0, "delivered")
    parts.loop.stop(10.0)
    assert "unexpected RuntimeError: ?sig=***" in log()[0]


def test_a_wish_without_end_does_not_end_the_thread(
    parts: Parts, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    """A pause that no clock can count is cut."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("busy", retry_after=1e300))
    parts.loop.begin()
    eventually(lambda: parts.retries == 1, "one try")
    parts.fail(None)
    parts.loop.stop(10.0)
    assert parts.uploader.closed == 1


def test_stop_finishes_what_is_delivered_and_closes(parts: Parts) -> None:
    """Sealed and delivered files are gone, connections too; what waits stays."""
    parts.outbox.appended("a", 10)
    parts.loop.begin()
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
    parts.loop.begin()
    eventually(lambda: parts.retries == 1, "the first failure")
    parts.loop.drain(timeout=3600.0)
    parts.loop.stop(10.0)
    assert parts.outbox.waiting_bytes() == 10
