"""Files below a root: opened safely, written whole, locked, set aside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mdc_core.spool.files import (
    STATE_FOLDER,
    UncutError,
    can_write,
    locked,
    open_inside,
    read_from,
    set_aside,
    try_lock,
    write_whole,
)


def test_open_makes_the_folders_of_a_new_file(tmp_path: Path) -> None:
    """A file can be made in folders that are not there yet."""
    os.close(open_inside(tmp_path, "a/b/c", os.O_CREAT))
    assert (tmp_path / "a/b/c").read_bytes() == b""


def test_open_of_an_existing_file_makes_no_folders(tmp_path: Path) -> None:
    """Looking for a file that its owner took away does not bring back its folders."""
    with pytest.raises(FileNotFoundError):
        open_inside(tmp_path, "gone/file", 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flags", [0, os.O_CREAT, os.O_CREAT | os.O_EXCL, os.O_APPEND])
def test_open_follows_no_link(tmp_path: Path, flags: int) -> None:
    """A symbolic link in place of a file is refused, whatever the file is opened for."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match=r"symbolic links|File exists"):
        open_inside(tmp_path, "link", flags)
    assert target.read_bytes() == b"precious"


def test_open_makes_no_file_behind_a_dangling_link(tmp_path: Path) -> None:
    """A link to a file that does not exist does not make that file."""
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"):
        open_inside(tmp_path, "link", os.O_CREAT)
    assert not (tmp_path / "target").exists()


def test_descriptors_are_not_inherited_by_other_programs(tmp_path: Path) -> None:
    """A program that the scoring script starts gets none of our files."""
    descriptor = open_inside(tmp_path, "file", os.O_CREAT)
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)


def test_write_goes_on_after_a_short_write(tmp_path: Path, disk: Any) -> None:
    """What the system takes in pieces arrives whole."""
    disk.largest = 3
    descriptor = open_inside(tmp_path, "file", os.O_CREAT | os.O_APPEND)
    write_whole(descriptor, b"0123456789", 0)
    os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@pytest.mark.parametrize("room", [0, 1, 9])
def test_write_that_does_not_fit_leaves_nothing(tmp_path: Path, disk: Any, room: int) -> None:
    """On a disk that fills up in the middle, the file keeps the length it had."""
    descriptor = open_inside(tmp_path, "file", os.O_CREAT | os.O_APPEND)
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
    descriptor = open_inside(tmp_path, "file", os.O_CREAT | os.O_APPEND)
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
    first = open_inside(tmp_path, "file", os.O_CREAT)
    second = open_inside(tmp_path, "file", 0)
    with locked(first, 0):
        assert not try_lock(second)
    assert try_lock(second)
    assert not try_lock(first)
    os.close(second)
    assert try_lock(first)
    os.close(first)


def test_a_lock_is_waited_for_and_then_left_to_who_has_it(tmp_path: Path) -> None:
    """Who does not give a lock back costs the others so many seconds and no more."""
    first = open_inside(tmp_path, "file", os.O_CREAT)
    second = open_inside(tmp_path, "file", 0)
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
    descriptor = open_inside(tmp_path, "file", os.O_CREAT | os.O_APPEND)

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


@pytest.mark.parametrize(("room", "usable"), [(None, True), (99, False), (0, False)])
def test_a_probe_tells_a_full_disk(tmp_path: Path, disk: Any, room: int, usable: bool) -> None:
    """Whether any file can be written is tried with a file of that size, which does not stay."""
    disk.room = room
    assert can_write(tmp_path, 100) is usable
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_root_that_cannot_be_made_is_unusable(tmp_path: Path) -> None:
    """A file in its place, say."""
    (tmp_path / "root").write_text("in the way")
    assert not can_write(tmp_path / "root", 1)


def test_a_lock_is_given_up_after_an_exception(tmp_path: Path) -> None:
    """A failed append does not lock out the other writers."""
    first = open_inside(tmp_path, "file", os.O_CREAT)
    second = open_inside(tmp_path, "file", 0)
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
    descriptor = open_inside(tmp_path, "file", 0)
    assert read_from(descriptor, start, end) == expected
    os.close(descriptor)


def test_fragments_set_aside_are_all_kept(tmp_path: Path) -> None:
    """A second fragment of the same file does not overwrite the first."""
    set_aside(tmp_path, "file", b"one")
    set_aside(tmp_path, "file", b"two")
    assert (tmp_path / STATE_FOLDER / "torn/file").read_bytes() == b"onetwo"
