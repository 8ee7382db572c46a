"""Locks, positioned reads and writes, and users, on systems that have them and that have not."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import pytest

from mdc_core import systems


class Windows:
    """Stands in for `msvcrt`: a byte of a file is locked by one descriptor at most."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        self.held: Dict[Tuple[int, int], int] = {}

    def locking(self, descriptor: int, mode: int, size: int) -> None:
        key = (os.fstat(descriptor).st_ino, os.lseek(descriptor, 0, os.SEEK_CUR))
        assert size == 1
        if mode == self.LK_UNLCK:
            assert self.held.pop(key) == descriptor
        elif self.held.setdefault(key, descriptor) != descriptor:
            raise OSError(errno.EACCES, "Permission denied")


@pytest.fixture(params=["fcntl", "msvcrt"])
def _kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "msvcrt":
        monkeypatch.setattr(systems, "fcntl", None)
        monkeypatch.setattr(systems, "_windows", Windows())


@pytest.fixture
def two(tmp_path: Path) -> Iterator[List[int]]:
    """Two descriptors of one file."""
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    descriptors = [os.open(path, os.O_RDWR) for _ in range(2)]
    yield descriptors
    for each in descriptors:
        os.close(each)


@pytest.mark.usefixtures("_kind")
def test_one_holds_the_lock(two: List[int]) -> None:
    """Until it gives it up; nobody's place in the file has moved, nor its length."""
    first, second = two
    os.lseek(first, 4, os.SEEK_SET)
    assert systems.try_lock(first)
    assert not systems.try_lock(second)
    systems.unlock(first)
    assert systems.try_lock(second)
    assert os.read(first, 2) == b"45"
    assert os.fstat(first).st_size == 10


def test_without_any_locks(
    two: List[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says once that processes must not share a folder, and goes on."""
    monkeypatch.setattr(systems, "fcntl", None)
    monkeypatch.setattr(systems, "_windows", None)
    monkeypatch.setattr(systems, "_has_warned", False)
    with caplog.at_level(logging.WARNING, "mdc_core"):
        for each in two:
            assert systems.try_lock(each)
            systems.unlock(each)
    assert [each.getMessage() for each in caplog.records] == [
        "mdc-bridge: this system cannot lock files: let no two processes collect to one folder"
    ]


@pytest.mark.parametrize("is_there", [True, False])
def test_at_a_position(two: List[int], is_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with `pread` and `pwrite` and without."""
    if not is_there:
        monkeypatch.delattr(os, "pread")
        monkeypatch.delattr(os, "pwrite")
    assert systems.write_at(two[0], b"ab", 3) == 2
    assert systems.read_at(two[1], 4, 2) == b"2ab5"


def test_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where users have no numbers nothing is somebody else's."""
    found = tmp_path.stat()
    assert systems.user_id() == os.geteuid()
    assert systems.user_name() == str(os.geteuid())
    assert not systems.is_of_others(found)
    monkeypatch.setattr(os, "geteuid", lambda: found.st_uid + 1)
    assert systems.is_of_others(found)
    monkeypatch.delattr(os, "geteuid")
    assert systems.user_id() is None
    assert systems.user_name() == "user"
    assert not systems.is_of_others(found)
