"""The spool of one process: segments until they are acknowledged, and what dead processes left."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Optional

import pytest

from mdc_core.spool.files import RemovedError
from mdc_core.spool.outbox import Outbox, SpoolFile
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool


class Opened:
    """A spool and its outbox."""

    def __init__(self, root: Path, max_bytes: int = 1 << 30, segment_bytes: int = 1 << 26) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self.root = root
        self.outbox = Outbox()
        self.spool = Spool(root, self.outbox, max_bytes, segment_bytes)

    def append(self, content: bytes, folder: str = "f") -> None:
        self.spool.append(folder, content, b"", ".jsonl")

    def waiting(self) -> list[SpoolFile]:
        return self.outbox.unfinished()

    def acknowledge(self, count: Optional[int] = None) -> SpoolFile:
        """Acknowledge bytes of the first file, by default all; finish it when it is sealed."""
        file = self.waiting()[0]
        self.outbox.acknowledged(file, file.size if count is None else count)
        if file.sealed and not file.waiting:
            self.spool.finish(file)
            self.outbox.forget(file)
        return file

    def content(self, file: SpoolFile) -> bytes:
        return self.spool.read(file.path, file.delivered, file.size)

    def journals(self) -> list[str]:
        folder = self.root / ".mdc-bridge" / "open"
        return sorted(os.listdir(folder)) if folder.exists() else []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "segments"


def test_the_spool_is_full_at_its_bound(root: Path) -> None:
    """The bound is of bytes that wait: what is acknowledged makes room; one append always fits."""
    opened = Opened(root, max_bytes=10)
    assert not opened.spool.is_full(100)
    opened.append(b"1234\n")
    assert not opened.spool.is_full(5)
    assert opened.spool.is_full(6)
    opened.acknowledge(5)
    assert not opened.spool.is_full(10)
    opened.spool.close()


def test_what_is_delivered_leaves_the_disk_before_it_is_full(root: Path) -> None:
    """Segments are ended when they fill half of what may lie there."""
    opened = Opened(root, max_bytes=100)
    opened.append(b"x" * 59 + b"\n")
    opened.spool.tidy()
    assert [file.sealed for file in opened.waiting()] == [False]
    assert not opened.spool.lacks_room(40)
    assert not opened.spool.lacks_room(41)  # it is not delivered: nothing would be won
    opened.acknowledge()
    assert opened.spool.lacks_room(41)
    opened.acknowledge()
    assert not opened.spool.lacks_room(41)
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
    opened.spool.write_note(opened.waiting()[0].path, "2")
    opened.spool.seal_all()
    opened.acknowledge()
    opened.spool.close()
    assert [path for path in root.rglob("*") if path.is_file()] == []


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


def test_the_rest_of_a_file_moves_to_a_new_name(root: Path) -> None:
    """The new file holds what was not acknowledged, and survives a death right after."""
    opened = Opened(root)
    opened.append(b"1\n2\n3\n")
    opened.spool.seal_all()
    old = opened.acknowledge(2)
    opened.spool.move_rest(old)
    (new,) = opened.waiting()
    assert new.path != old.path
    assert opened.content(new) == b"2\n3\n"
    opened.spool.abandon()
    after = Opened(root)
    after.spool.adopt()
    assert [(file.path, after.content(file)) for file in after.waiting()] == [(new.path, b"2\n3\n")]
    after.spool.close()


def test_the_rest_of_an_adopted_file_moves_too(root: Path) -> None:
    """Its journal ends with the new file, not before."""
    dead = Opened(root)
    dead.append(b"1\n2\n")
    dead.spool.abandon()
    opened = Opened(root)
    opened.spool.adopt()
    opened.spool.move_rest(opened.acknowledge(2))
    assert len(opened.journals()) == 2  # its own, and that of the dead
    opened.acknowledge()
    assert len(opened.journals()) == 1
    opened.spool.close()


@pytest.mark.parametrize("call", range(1, 40))
def test_a_move_is_whole_wherever_it_ends(
    root: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A death at any step of it leaves each line once, in the old file or in the new one."""
    opened = Opened(root)
    opened.append(b"1\n2\n3\n")
    opened.spool.seal_all()
    old = opened.acknowledge(2)
    opened.spool.write_note(old.path, "2")
    calls = 0

    class Dead(BaseException):
        """The process is gone."""

    def counted(name: str) -> None:
        real = getattr(os, name)

        def step(*what: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == call:
                raise Dead
            return real(*what, **more)

        monkeypatch.setattr(os, name, step)

    for name in ("open", "write", "pwrite", "fsync", "rename", "unlink", "rmdir", "mkdir"):
        counted(name)
    with contextlib.suppress(Dead):
        opened.spool.move_rest(old)
    monkeypatch.undo()
    opened.spool.abandon()
    after = Opened(root)
    after.spool.adopt()
    (file,) = after.waiting()
    delivered = after.spool.noted_bytes(file.path)
    assert after.spool.read(file.path, delivered, file.size) == b"2\n3\n"
    after.spool.close()


def test_a_delivery_that_outlives_the_spool_leaves_the_files_to_the_next(root: Path) -> None:
    """An upload that ends after `close` must not touch the journal of what waits still."""
    opened = Opened(root)
    opened.append(b"1\n", folder="a")
    opened.append(b"2\n", folder="b")
    opened.spool.close()
    opened.acknowledge()
    after = Opened(root)
    after.spool.adopt()
    assert sorted(after.content(file) for file in after.waiting()) == [b"1\n", b"2\n"]
    after.spool.close()


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
    opened.spool.discard_raw(opened.spool.stage_raw("f", [b"[]"]).path)
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
    assert opened.spool.note(path) == ""
    opened.spool.write_note(path, "first")
    opened.spool.write_note(path, "2")
    assert opened.spool.note(path) == "2"
    opened.spool.seal_all()
    opened.acknowledge()
    assert opened.spool.note(path) == ""
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
