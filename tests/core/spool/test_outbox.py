"""Which spool files hold what the destination has not acknowledged."""

from __future__ import annotations

import pytest

from mdc_core.spool.outbox import Outbox
from mdc_core.spool.spool_file import SpoolFile


class Clock:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(clock: Clock) -> Outbox:
    return Outbox(clock)


def file_of(outbox: Outbox, path: str) -> SpoolFile:
    return next(file for file in outbox.unfinished() if file.path == path)


def test_bytes_wait_until_they_are_acknowledged(outbox: Outbox) -> None:
    """What is written counts as waiting, less what the destination holds."""
    outbox.appended("a", 10)
    outbox.appended("b", 5)
    outbox.appended("a", 20)
    assert outbox.waiting_bytes() == 25
    outbox.acknowledged(file_of(outbox, "a"), 15)
    assert outbox.waiting_bytes() == 10


def test_a_delivered_file_is_unfinished_only_when_it_is_sealed(outbox: Outbox) -> None:
    """A sealed one is still to be removed; another may grow again."""
    outbox.appended("a", 10)
    file = file_of(outbox, "a")
    outbox.acknowledged(file, 10)
    assert outbox.unfinished() == []
    outbox.seal("a")
    assert outbox.unfinished() == [file]
    outbox.forget(file)
    assert outbox.unfinished() == []


def test_age_is_that_of_the_oldest(outbox: Outbox, clock: Clock) -> None:
    """It begins with the first byte that waits and ends with the last."""
    assert outbox.oldest_age() == 0.0
    outbox.appended("a", 10)
    clock.now += 5
    outbox.appended("b", 10)
    clock.now += 1
    assert outbox.oldest_age() == 6.0
    outbox.acknowledged(file_of(outbox, "a"), 10)
    assert outbox.oldest_age() == 1.0
    outbox.acknowledged(file_of(outbox, "b"), 10)
    assert outbox.oldest_age() == 0.0


def test_a_checkpoint_without_anything_waiting_is_reached_at_once(outbox: Outbox) -> None:
    """Nothing has to be delivered first."""
    reached: list[int] = []
    outbox.checkpoint(lambda: reached.append(1))
    outbox.appended("a", 10)
    outbox.acknowledged(file_of(outbox, "a"), 10)
    outbox.checkpoint(lambda: reached.append(2))
    assert reached == [1, 2]


def test_a_checkpoint_is_reached_when_all_before_it_is_delivered(outbox: Outbox) -> None:
    """What is appended afterwards does not matter."""
    reached: list[str] = []
    outbox.appended("a", 10)
    outbox.appended("b", 10)
    outbox.checkpoint(lambda: reached.append("first"))
    outbox.appended("a", 20)
    outbox.acknowledged(file_of(outbox, "a"), 9)
    outbox.acknowledged(file_of(outbox, "b"), 10)
    assert reached == []
    outbox.acknowledged(file_of(outbox, "a"), 10)
    assert reached == ["first"]


def test_a_checkpoint_waits_for_those_before_it(outbox: Outbox) -> None:
    """The second also means the first file, which has not grown since the first checkpoint."""
    reached: list[str] = []
    outbox.appended("a", 10)
    outbox.checkpoint(lambda: reached.append("first"))
    outbox.appended("b", 10)
    outbox.checkpoint(lambda: reached.append("second"))
    outbox.checkpoint(lambda: reached.append("third"))
    outbox.acknowledged(file_of(outbox, "b"), 10)
    assert reached == []
    outbox.acknowledged(file_of(outbox, "a"), 10)
    assert reached == ["first", "second", "third"]


def test_a_checkpoint_follows_what_is_moved(outbox: Outbox) -> None:
    """Bytes that go to a new file are waited for there, noted before or after the checkpoint."""
    reached: list[str] = []
    outbox.appended("a", 10)
    outbox.checkpoint(lambda: reached.append("before"))
    outbox.appended("a", 30)
    outbox.seal("a")
    file = file_of(outbox, "a")
    outbox.acknowledged(file, 4)
    outbox.moved(file, "b")
    outbox.checkpoint(lambda: reached.append("after"))
    assert [each.path for each in outbox.unfinished()] == ["b"]
    assert outbox.waiting_bytes() == 26
    outbox.acknowledged(file_of(outbox, "b"), 6)
    assert reached == ["before"]
    outbox.acknowledged(file_of(outbox, "b"), 26)
    assert reached == ["before", "after"]


def test_what_is_taken_again_is_held_up_no_more(outbox: Outbox) -> None:
    """At once, not with the end of the round: new events for it may come before that."""
    outbox.appended("a/1", 10)
    outbox.appended("b/1", 20)
    outbox.hold_up({"a/1", "b/1"})
    assert outbox.held_up_bytes("a") == outbox.held_up_bytes() == 30
    outbox.acknowledged(file_of(outbox, "a/1"), 0)
    assert outbox.held_up_bytes("a") == 30
    outbox.acknowledged(file_of(outbox, "a/1"), 1)
    assert outbox.held_up_bytes("a") == 0
    assert outbox.held_up_bytes("b") == outbox.held_up_bytes() == 20


def test_a_file_that_is_gone_holds_no_checkpoint_up(outbox: Outbox) -> None:
    """Nobody waits for what can never be delivered."""
    reached: list[int] = []
    outbox.appended("a", 10)
    outbox.checkpoint(lambda: reached.append(1))
    outbox.forget(file_of(outbox, "a"))
    assert reached == [1]


def test_checkpoints_of_a_long_outage_are_small(outbox: Outbox) -> None:
    """10,000 checkpoints over 100 waiting files take memory for what grew between them only."""
    import tracemalloc

    for number in range(100):
        outbox.appended(f"file {number}", 10)
    outbox.checkpoint(int)
    tracemalloc.start()
    for size in range(10_000):
        outbox.appended("file 1", 11 + size)
        outbox.checkpoint(int)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 10_000 * 600
