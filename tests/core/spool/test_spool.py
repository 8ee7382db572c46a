"""The spool of one process: segments and raw files until they are acknowledged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mdc_core.spool.files import RemovedError
from tests.core.spool.opened import Opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "segments"


def test_the_spool_is_full_at_its_bound(root: Path) -> None:
    """The bound is of bytes that wait: what is acknowledged makes room; one append always fits."""
    opened = Opened(root, max_bytes=10)
    assert not opened.spool.room.is_full(100)
    opened.append(b"1234\n")
    assert not opened.spool.room.is_full(5)
    assert opened.spool.room.is_full(6)
    opened.acknowledge(5)
    assert not opened.spool.room.is_full(10)
    opened.spool.close()


def test_what_is_delivered_leaves_the_disk_before_it_is_full(root: Path) -> None:
    """Segments are ended when they fill half of what may lie there."""
    opened = Opened(root, max_bytes=100)
    opened.append(b"x" * 59 + b"\n")
    opened.spool.tidy()
    assert [file.sealed for file in opened.waiting()] == [False]
    assert not opened.spool.room.is_lacking(40)
    assert not opened.spool.room.is_lacking(41)  # it is not delivered: nothing would be won
    opened.acknowledge()
    assert opened.spool.room.is_lacking(41)
    opened.acknowledge()
    assert not opened.spool.room.is_lacking(41)
    opened.append(b"y" * 59 + b"\n")
    opened.acknowledge()
    opened.spool.tidy()
    assert [file.sealed for file in opened.waiting()] == [True]
    opened.acknowledge()
    assert opened.outbox.disk_bytes() == 0
    opened.spool.close()


def test_a_segment_that_has_grown_enough_is_followed_by_a_new_one(root: Path) -> None:
    """The old one is sealed, so that it can leave the disk."""
    opened = Opened(root, segment_bytes=10)
    for _ in range(3):
        opened.append(b"12345678\n")
    assert [(file.size, file.sealed) for file in opened.waiting()] == [(18, True), (9, False)]
    opened.spool.close()


def test_a_rolled_segment_is_sealed_by_the_writer(root: Path) -> None:
    """The delivery asks; the writer's next step does it."""
    opened = Opened(root)
    opened.append(b"1\n")
    opened.spool.roll(opened.waiting()[0].path)
    assert not opened.waiting()[0].sealed
    opened.spool.tidy()
    opened.append(b"2\n")
    assert [file.sealed for file in opened.waiting()] == [True, False]
    opened.spool.close()


def test_a_spool_that_is_delivered_leaves_nothing(root: Path) -> None:
    """No segment, no note, no journal."""
    opened = Opened(root)
    opened.append(b"1\n")
    opened.spool.notes.write(opened.waiting()[0].path, "2")
    opened.spool.seal_all()
    opened.acknowledge()
    opened.spool.close()
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_a_raw_file_is_delivered_before_what_refers_to_it(root: Path) -> None:
    """What was appended before it may go at once, what comes after it waits."""
    opened = Opened(root)
    opened.append(b"1\n")
    raw = opened.spool.stage_raw("f", [b"[1,", b"2]"])
    assert [file.size for file in opened.waiting()] == [2]
    opened.spool.append("f", b"2\n", b"", ".jsonl", [raw.path])
    opened.append(b"3\n")
    lines, waiting = opened.waiting()
    assert (lines.size, lines.written, waiting.path) == (2, 6, raw.path)
    assert opened.content(waiting) == b"[1,2]"
    opened.outbox.acknowledged(waiting, 5)
    opened.spool.finish(waiting)
    opened.outbox.forget(waiting)
    assert (lines.size, lines.written) == (6, 6)
    opened.spool.close()


def test_a_raw_file_that_is_discarded_is_not_delivered(root: Path) -> None:
    """Nor does it stay."""
    opened = Opened(root)
    opened.spool.tree.discard(opened.spool.stage_raw("f", [b"[]"]).path)
    assert opened.waiting() == []
    opened.spool.close()
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_a_raw_file_survives_the_death_of_its_process(root: Path) -> None:
    """It has no line feed, and is not a torn line."""
    dead = Opened(root)
    raw = dead.spool.stage_raw("f", [b"[1,", b"2]"])
    dead.spool.append("f", b"1\n", b"", ".jsonl", [raw.path])
    dead.spool.abandon()
    opened = Opened(root)
    assert opened.spool.adopt() == 0
    first, lines = opened.waiting()
    assert (opened.content(first), lines.size) == (b"[1,2]", 0)
    opened.acknowledge()
    assert opened.content(lines) == b"1\n"
    opened.spool.close()


def test_notes_are_whole_or_old(root: Path) -> None:
    """The last one counts, and it goes with its file."""
    opened = Opened(root)
    opened.append(b"1\n")
    path = opened.waiting()[0].path
    assert opened.spool.notes.progress(path) == ""
    opened.spool.notes.write(path, "first")
    opened.spool.notes.write(path, "2")
    assert opened.spool.notes.progress(path) == "2"
    opened.spool.seal_all()
    opened.acknowledge()
    assert opened.spool.notes.progress(path) == ""
    opened.spool.close()


@pytest.mark.parametrize("removed", [True, False])
def test_a_file_that_somebody_changed_is_not_read_as_if_whole(root: Path, removed: bool) -> None:
    """A missing or shortened one is an error, not less content."""
    opened = Opened(root)
    opened.append(b"1\n2\n")
    (file,) = opened.waiting()
    if removed:
        (root / file.path).unlink()
    else:
        os.truncate(root / file.path, 2)
    with pytest.raises(RemovedError):
        opened.content(file)
    opened.spool.close()
