"""What is done with one file: written whole, locked, read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mdc_core.spool.files import UncutError, locked, read_from, write_whole
from mdc_core.spool.tree import Tree
from mdc_core.systems import try_lock


def test_write_goes_on_after_a_short_write(tmp_path: Path, disk: Any) -> None:
    """What the system takes in pieces arrives whole."""
    disk.largest = 3
    descriptor = Tree(tmp_path).open("file", os.O_CREAT | os.O_APPEND)
    write_whole(descriptor, b"0123456789", 0)
    os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@pytest.mark.parametrize("room", [0, 1, 9])
def test_write_that_does_not_fit_leaves_nothing(tmp_path: Path, disk: Any, room: int) -> None:
    """On a disk that fills up in the middle, the file keeps the length it had."""
    descriptor = Tree(tmp_path).open("file", os.O_CREAT | os.O_APPEND)
    write_whole(descriptor, b"before\n", 0)
    disk.room = room
    with pytest.raises(OSError, match="No space left"):
        write_whole(descriptor, b"0123456789", 7)
    disk.room = None
    write_whole(descriptor, b"after\n", 7)
    os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b"before\nafter\n"


def test_write_interrupted_by_an_exception_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a signal handler raises in the middle of a write does not leave half of it."""
    descriptor = Tree(tmp_path).open("file", os.O_CREAT | os.O_APPEND)
    real = os.write

    def interrupted(descriptor: int, content: bytes) -> int:
        real(descriptor, bytes(content[:4]))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(descriptor, b"0123456789", 0)
    os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b""


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    """While a lock is held nobody else gets it; afterwards the next does."""
    first = Tree(tmp_path).open("file", os.O_CREAT)
    second = Tree(tmp_path).open("file", 0)
    with locked(first, 0):
        assert not try_lock(second)
    assert try_lock(second)
    assert not try_lock(first)
    os.close(second)
    assert try_lock(first)
    os.close(first)


def test_a_lock_is_waited_for_and_then_left_to_who_has_it(tmp_path: Path) -> None:
    """Who does not give a lock back costs the others so many seconds and no more."""
    first = Tree(tmp_path).open("file", os.O_CREAT)
    second = Tree(tmp_path).open("file", 0)
    refused = pytest.raises(BlockingIOError, match="holds its lock")
    with locked(first, 0), refused, locked(second, 0.01):
        raise AssertionError
    with locked(second, 0.01):
        assert not try_lock(first)
    os.close(first)
    os.close(second)


def test_a_part_that_cannot_be_cut_off_is_told_from_one_that_is(
    tmp_path: Path, disk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk that refuses to shorten a file leaves a part of an append, and says so."""
    descriptor = Tree(tmp_path).open("file", os.O_CREAT | os.O_APPEND)

    def refuse(_: int, __: int) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "ftruncate", refuse)
    disk.room = 3
    with pytest.raises(UncutError, match="No space left"):
        write_whole(descriptor, b"012345", 0)
    with pytest.raises(OSError, match="No space left") as nothing:
        write_whole(descriptor, b"012345", 3)
    assert not isinstance(nothing.value, UncutError)
    os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b"012"


def test_a_lock_is_given_up_after_an_exception(tmp_path: Path) -> None:
    """A failed append does not lock out the other writers."""
    first = Tree(tmp_path).open("file", os.O_CREAT)
    second = Tree(tmp_path).open("file", 0)
    with pytest.raises(ZeroDivisionError), locked(first, 0):
        _ = 1 / 0
    assert try_lock(second)
    os.close(first)
    os.close(second)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 10, b"0123456789"), (3, 5, b"34"), (8, 99, b"89"), (5, 5, b"")],
)
def test_read_returns_a_range(tmp_path: Path, start: int, end: int, expected: bytes) -> None:
    """A range is read exactly, and ends where the file ends."""
    (tmp_path / "file").write_bytes(b"0123456789")
    descriptor = Tree(tmp_path).open("file", 0)
    assert read_from(descriptor, start, end) == expected
    os.close(descriptor)
