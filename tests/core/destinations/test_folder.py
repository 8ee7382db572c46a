"""The folder destination: lines and rows side by side below one root."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mdc_core.destinations import FolderDestination

FOLDER = "modelDataCollector/e/d/c/2026/11/21/09"
PATH = "modeldata/s/r/w/svc/m/1/inputs/2026/11/21/data.csv"


def lines(root: Path) -> list[bytes]:
    """Return the contents of the segments."""
    return [path.read_bytes() for path in sorted((root / FOLDER).iterdir())]


def test_lines_and_rows_are_found_below_the_root(tmp_path: Path) -> None:
    """A missing root is made; paths below it are the final ones."""
    folder = FolderDestination(tmp_path / "not/there")
    folder.append_lines(FOLDER, b"1\n")
    folder.append_rows(PATH, b"a\r\n", b"1\r\n")
    folder.close(1)
    assert lines(tmp_path / "not/there") == [b"1\n"]
    assert (tmp_path / "not/there" / PATH).read_bytes() == b"a\r\n1\r\n"


def test_written_is_not_delivered_before_the_flush(tmp_path: Path) -> None:
    """On a folder delivered means flushed to the disk; with nothing to flush it is so at once."""
    folder = FolderDestination(tmp_path)
    delivered: list[int] = []
    folder.checkpoint(lambda: delivered.append(0))
    assert delivered == [0]
    folder.append_lines(FOLDER, b"1\n")
    folder.checkpoint(lambda: delivered.append(1))
    assert delivered == [0]
    folder.sync()
    assert delivered == [0, 1]
    folder.checkpoint(lambda: delivered.append(2))
    assert delivered == [0, 1, 2]
    folder.close(1)


def test_close_flushes_and_delivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was appended last is flushed and reported as delivered at the end."""
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    monkeypatch.setattr(os, "fdatasync", flushed.append)
    folder = FolderDestination(tmp_path)
    delivered: list[int] = []
    folder.append_lines(FOLDER, b"1\n")
    folder.append_rows(PATH, b"a\r\n", b"1\r\n")
    folder.checkpoint(lambda: delivered.append(1))
    folder.close(1)
    assert len(flushed) >= 2
    assert delivered == [1]


def test_a_disk_that_fails_to_flush_delivers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing says that data are safe while the flush to the disk fails."""
    folder = FolderDestination(tmp_path)
    delivered: list[int] = []
    folder.append_rows(PATH, b"a\r\n", b"1\r\n")
    folder.checkpoint(lambda: delivered.append(1))

    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output error"):
            folder.sync()
    assert delivered == []
    folder.sync()
    assert delivered == [1]
    folder.close(1)


def test_a_torn_line_is_recovered(tmp_path: Path) -> None:
    """The next destination on a folder sets aside what a dead one left half written."""
    dead = FolderDestination(tmp_path)
    dead.append_lines(FOLDER, b"1\n2")
    assert not FolderDestination(tmp_path).has_left_behind()
    dead.abandon()
    next_one = FolderDestination(tmp_path)
    assert next_one.has_left_behind()
    assert next_one.recover() == 1
    assert not next_one.has_left_behind()
    assert lines(tmp_path) == [b"1\n"]


def test_a_forked_child_gives_up_what_it_inherited(tmp_path: Path) -> None:
    """Abandoning closes descriptors and leaves the parent's files as they are."""
    before = len(os.listdir("/proc/self/fd"))
    folder = FolderDestination(tmp_path)
    folder.append_lines(FOLDER, b"1\n")
    folder.abandon()
    assert len(os.listdir("/proc/self/fd")) == before
    assert lines(tmp_path) == [b"1\n"]


def test_a_file_in_place_of_the_root_is_an_error(tmp_path: Path) -> None:
    """Where no folder can be made the append fails as one that may be offered again."""
    (tmp_path / "root").write_text("in the way")
    folder = FolderDestination(tmp_path / "root")
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        folder.append_lines(FOLDER, b"1\n")
    (tmp_path / "root").unlink()
    folder.append_lines(FOLDER, b"1\n")
    folder.close(1)
    assert lines(tmp_path / "root") == [b"1\n"]
