"""What dead processes left in a spool, and which process takes it over."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.core.spool.opened import Opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "segments"


def test_what_waits_at_the_end_is_adopted_by_the_next_process(root: Path) -> None:
    """Also in the third, when the second dies before it has delivered."""
    first = Opened(root)
    first.append(b"1\n")
    first.spool.close()
    second = Opened(root)
    second.spool.adopt()
    second.spool.abandon()
    third = Opened(root)
    assert third.spool.adopt() == 0
    (file,) = third.waiting()
    assert (third.content(file), file.sealed) == (b"1\n", True)
    third.acknowledge()
    third.spool.close()
    assert third.journals() == []


def test_files_are_found_by_their_names(root: Path) -> None:
    """Whoever lost its lock file, to a cleaner or with the power, is found by what it wrote."""
    now = [100.0]
    dead = Opened(root)
    dead.append(b"1\n")
    dead.append(b"2\n", folder="g")
    dead.spool.abandon()
    for path in (root / ".mdc-bridge/open").iterdir():
        path.unlink()
    opened = Opened(root)
    opened.spool._owners._clock = lambda: now[0]
    opened.spool.adopt()
    assert opened.waiting() == []  # it may be alive, and is about to make it again
    assert opened.spool.has_more_to_adopt()
    now[0] += 1.0
    opened.spool.adopt()
    assert sorted(opened.content(file) for file in opened.waiting()) == [b"1\n", b"2\n"]
    assert not opened.spool.has_more_to_adopt()
    opened.spool.close()


def test_a_process_makes_sure_to_be_seen(root: Path) -> None:
    """A lock file that a cleaner removed is made again; nobody takes its files meanwhile."""
    living, other = Opened(root), Opened(root)
    living.append(b"1\n")
    other.spool.adopt()
    for path in (root / ".mdc-bridge/open").iterdir():
        path.unlink()
    other.spool.adopt()
    living.spool.tidy()
    other.spool._owners._clock = lambda: 10.0**9
    other.spool.adopt()
    assert other.waiting() == []
    assert len(living.waiting()) == 1
    other.spool.close()
    living.spool.close()


def test_a_process_that_was_taken_for_dead_starts_over(root: Path) -> None:
    """It was stopped too long without its lock file: what it wrote is another's now, once."""
    living, other = Opened(root), Opened(root)
    living.append(b"1\n")
    for path in (root / ".mdc-bridge/open").iterdir():
        path.unlink()
    other.spool.adopt()
    other.spool._owners._clock = lambda: 10.0**9
    other.spool.adopt()
    assert [other.content(file) for file in other.waiting()] == [b"1\n"]
    living.append(b"2\n")
    assert [living.content(file) for file in living.waiting()] == [b"2\n"]
    other.spool.adopt()
    assert len(other.waiting()) == 1
    living.spool.close()
    other.spool.close()


def test_a_spool_that_was_cleared_goes_on(root: Path) -> None:
    """What is written afterwards is found by the next process."""
    opened = Opened(root)
    opened.append(b"1\n")
    shutil.rmtree(root)
    opened.append(b"2\n")
    opened.spool.abandon()
    after = Opened(root)
    after.spool.adopt()
    assert [after.content(file) for file in after.waiting()] == [b"2\n"]
    after.spool.close()


def test_the_dead_cost_no_descriptors(root: Path) -> None:
    """A thousand recycled workers of an outage are taken over, some at a time, with one lock."""
    for number in range(300):
        dead = Opened(root)
        dead.append(b"%d\n" % number)
        dead.spool.abandon()
    opened = Opened(root)
    opened.append(b"mine\n")
    before = len(os.listdir("/proc/self/fd"))
    rounds = 1
    opened.spool.adopt()
    while opened.spool.has_more_to_adopt():
        opened.spool.adopt()
        rounds += 1
    assert len(opened.waiting()) == 301
    assert len(os.listdir("/proc/self/fd")) <= before
    assert 1 < rounds < 10
    opened.spool.abandon()
    third = Opened(root)
    while not third.waiting() or third.spool.has_more_to_adopt():
        third.spool.adopt()
    assert len(third.waiting()) == 301
    third.spool.close()


def test_a_living_process_is_left_alone(root: Path) -> None:
    """Two processes share a spool folder, each with its own segments."""
    first = Opened(root)
    first.append(b"1\n")
    second = Opened(root)
    second.spool.adopt()
    assert second.waiting() == []
    second.spool.close()
    first.spool.close()


def test_only_one_process_adopts(root: Path) -> None:
    """What one has taken over the other does not deliver."""
    dead = Opened(root)
    dead.append(b"1\n")
    dead.spool.abandon()
    first, second = Opened(root), Opened(root)
    first.spool.adopt()
    second.spool.adopt()
    assert (len(first.waiting()), second.waiting()) == (1, [])
    first.spool.close()
    second.spool.close()
