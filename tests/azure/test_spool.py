"""The spool of one process: segments until they are acknowledged, and what dead processes left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

import pytest

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
    """The bound is of bytes that wait: what is acknowledged makes room, on the disk or not."""
    opened = Opened(root, max_bytes=10)
    opened.append(b"1234\n")
    assert not opened.spool.is_full()
    opened.append(b"5678\n")
    assert opened.spool.is_full()
    opened.acknowledge(5)
    assert not opened.spool.is_full()
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
    assert len(opened.journals()) == 1
    opened.acknowledge()
    assert opened.journals() == []
    opened.spool.close()


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
    assert [path for path in root.rglob("*") if path.is_file()] == []
    opened.spool.close()


def test_a_raw_file_survives_the_death_of_its_process(root: Path) -> None:
    """It has no line feed, and is no torn line."""
    dead = Opened(root)
    raw = dead.spool.stage_raw("f", [b"[1,", b"2]"])
    dead.spool.append("f", b"1\n", b"", ".jsonl", [raw.path])
    dead.spool.abandon()
    opened = Opened(root)
    assert opened.spool.adopt() == 0
    assert {opened.content(file) for file in opened.waiting()} == {b"[1,2]", b"1\n"}
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
    with pytest.raises(FileNotFoundError):
        opened.content(file)
    opened.spool.close()
