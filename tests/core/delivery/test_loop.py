"""Rounds of delivery: which file is tried when, and how long failures pause it."""

from __future__ import annotations

from typing import Callable, List

import pytest

from mdc_core.delivery.errors import BusyError, DeliveryError, RefusedError
from mdc_core.spool.spool_file import SpoolFile
from tests.core.delivery.loop_parts import INTERVAL, Parts

Log = Callable[[], List[str]]


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


def test_the_destinations_wish_is_respected(parts: Parts) -> None:
    """The pause is never shorter than Retry-After, and somebody who waits cannot shorten it."""
    parts.outbox.appended("a", 10)
    parts.fail(DeliveryError("busy", retry_after=17.0))
    assert parts.loop.step() == 17.0


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
