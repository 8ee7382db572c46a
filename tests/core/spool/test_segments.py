"""Segment files: whole lines in files of one writer, for each folder its own."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any

import pytest

from mdc_core.ids import new_instance_id
from mdc_core.spool.files import STATE_FOLDER, UncutError
from mdc_core.spool.journal import Journal, repair_segments
from mdc_core.spool.segments import MAX_OPEN, MAX_SEGMENTS, Segments
from mdc_core.spool.tree import Tree

INSTANCE = "ef484bd292bc4cd4ad462efc33ddbbbe"
FOLDER = "modelDataCollector/e/d/c/2026/11/21/09"


class Writer(Segments):
    """The segments of one writer to a folder, as a destination makes them."""

    def __init__(self, root: Path, instance: str = "", **options: Any) -> None:
        tree = Tree(root)
        instance = instance or new_instance_id()
        self.journal = Journal(tree, instance)
        super().__init__(tree, instance, self.journal.add, **options)

    def close(self) -> None:
        self.seal_all()
        self.journal.close()

    def abandon(self) -> None:
        super().abandon()
        self.journal.abandon()


def names(root: Path, folder: str = FOLDER) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(path.name for path in (root / folder).iterdir())


def test_lines_of_a_folder_share_one_segment(tmp_path: Path) -> None:
    """Appends to one folder go to one file, in their order, named by instance and sequence."""
    segments = Writer(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")
    segments.append(FOLDER, b"2\n3\n")
    segments.close()
    assert (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").read_bytes() == b"1\n2\n3\n"
    assert names(tmp_path) == [f"{INSTANCE}000000.jsonl"]


def test_each_writer_has_files_of_its_own(tmp_path: Path) -> None:
    """Two writers in one folder never share a file, without agreeing on anything."""
    for line in (b"1\n", b"2\n"):
        segments = Writer(tmp_path)
        segments.append(FOLDER, line)
        segments.close()
    assert sorted(path.read_bytes() for path in (tmp_path / FOLDER).iterdir()) == [b"1\n", b"2\n"]


def test_a_segment_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    """A segment ends with the append that reached the bound, whole."""
    segments = Writer(tmp_path, INSTANCE, max_bytes=4)
    for line in (b"1\n", b"22\n", b"3\n", b"4\n"):
        segments.append(FOLDER, line)
    segments.close()
    contents = [(tmp_path / FOLDER / name).read_bytes() for name in names(tmp_path)]
    assert contents == [b"1\n22\n", b"3\n4\n"]


@pytest.mark.parametrize(
    ("bound", "folders"), [(1, 3), (64, 74), (MAX_OPEN, MAX_SEGMENTS), (MAX_OPEN, MAX_OPEN + 10)]
)
def test_files_open_at_a_time_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: int, folders: int
) -> None:
    """However many folders are written to, few descriptors are held, and no line is lost."""
    monkeypatch.setattr("mdc_core.spool.segments.MAX_OPEN", bound)
    segments = Writer(tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    for turn in range(2):
        for number in range(folders):
            segments.append(f"modelDataCollector/e/d/c{number}/2026", b"%d\n" % turn)
        segments.sync()
    assert len(os.listdir("/proc/self/fd")) - before <= bound + 1
    segments.close()
    files = 0
    for number in range(folders):
        contents = [
            path.read_bytes()
            for path in sorted((tmp_path / f"modelDataCollector/e/d/c{number}/2026").iterdir())
        ]
        assert b"".join(contents) == b"0\n1\n"
        files += len(contents)
    # A segment goes on though it was closed in between, up to another bound.
    assert (files == folders) is (folders <= MAX_SEGMENTS)


def test_a_process_with_few_descriptors_collects_all_the_same(tmp_path: Path) -> None:
    """With 32 of them, most taken by others, 60 collections are written and flushed."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(20)]
    highest = max(map(int, os.listdir("/proc/self/fd")))
    segments = Writer(tmp_path)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 5, limits[1]))
        for turn in range(3):
            for number in range(60):
                segments.append(f"modelDataCollector/e/d/c{number}/2026", b"%d\n" % turn)
            assert segments.sync() == {}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in opened:
            os.close(descriptor)
    segments.close()
    contents = [path.read_bytes() for path in tmp_path.rglob("*.jsonl")]
    assert contents == [b"0\n1\n2\n"] * 60


@pytest.mark.parametrize("room", [0, 1, 5])
def test_an_append_that_does_not_fit_may_be_offered_again(
    tmp_path: Path, disk: Any, room: int
) -> None:
    """A disk that fills up leaves no part of a line; with room again the same append succeeds."""
    segments = Writer(tmp_path, INSTANCE)
    segments.append(FOLDER, b"before\n")
    disk.room = room
    with pytest.raises(OSError, match="No space left"):
        segments.append(FOLDER, b"0123456789\n")
    assert (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").read_bytes() == b"before\n"
    disk.room = None
    segments.append(FOLDER, b"0123456789\n")
    segments.close()
    assert (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").read_bytes() == b"before\n0123456789\n"


@pytest.mark.parametrize("room", range(0, 120, 7))
def test_a_first_append_that_does_not_fit_loses_nothing(
    tmp_path: Path, disk: Any, room: int
) -> None:
    """Wherever the room ends, in the journal or in the segment, the retry writes the line once."""
    segments = Writer(tmp_path, INSTANCE)
    disk.room = room
    with pytest.raises(OSError, match="No space left"):
        segments.append(FOLDER, b"0123456789\n" * 10)
    disk.room = None
    segments.append(FOLDER, b"0123456789\n" * 10)
    segments.close()
    contents = [(tmp_path / FOLDER / name).read_bytes() for name in names(tmp_path)]
    assert b"".join(contents) == b"0123456789\n" * 10


def test_a_link_in_place_of_a_segment_is_not_followed(tmp_path: Path) -> None:
    """What somebody planted under the next segment's name is neither written nor replaced."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").symlink_to(target)
    segments = Writer(tmp_path, INSTANCE)
    with pytest.raises(FileExistsError):
        segments.append(FOLDER, b"1\n")
    segments.append(FOLDER, b"1\n")
    segments.close()
    assert target.read_bytes() == b"precious"
    assert (tmp_path / FOLDER / f"{INSTANCE}000001.jsonl").read_bytes() == b"1\n"


def test_a_segment_that_was_deleted_is_followed_by_another(tmp_path: Path) -> None:
    """Lines do not go to a file that its reader has removed, where nobody would find them."""
    segments = Writer(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")
    (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").unlink()
    segments.append(FOLDER, b"2\n")
    segments.close()
    assert (tmp_path / FOLDER / f"{INSTANCE}000001.jsonl").read_bytes() == b"2\n"


def test_sync_flushes_every_segment_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was appended is flushed to the disk, what was flushed already is not again."""
    flushed: list[int] = []
    monkeypatch.setattr(os, "fdatasync", flushed.append)
    segments = Writer(tmp_path)
    segments.append(FOLDER, b"1\n")
    segments.append(f"{FOLDER}/other", b"1\n")
    assert segments.sync() == segments.sync() == {}
    assert len(flushed) == len(set(flushed)) == 2
    segments.append(FOLDER, b"2\n")
    segments.sync()
    assert len(flushed) == 3
    segments.close()


def test_close_leaves_no_state(tmp_path: Path) -> None:
    """A writer that ended well leaves its lines and no journal."""
    segments = Writer(tmp_path)
    segments.append(FOLDER, b"1\n")
    segments.close()
    assert list((tmp_path / STATE_FOLDER / "open").iterdir()) == []


def test_abandoned_segments_stay_the_parents(tmp_path: Path) -> None:
    """Giving up inherited descriptors writes nothing and keeps the parent's journal."""
    before = len(os.listdir("/proc/self/fd"))
    segments = Writer(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")
    segments.abandon()
    assert len(os.listdir("/proc/self/fd")) <= before  # what other tests left may go meanwhile
    assert (tmp_path / STATE_FOLDER / "open" / INSTANCE).exists()
    assert (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").read_bytes() == b"1\n"


def test_a_segment_that_was_shortened_is_followed_by_another(tmp_path: Path) -> None:
    """Lines do not go where those who know its length would miss them."""
    segments = Writer(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n2\n")
    os.truncate(tmp_path / FOLDER / f"{INSTANCE}000000.jsonl", 2)
    segments.append(FOLDER, b"3\n")
    segments.close()
    assert (tmp_path / FOLDER / f"{INSTANCE}000001.jsonl").read_bytes() == b"3\n"


def test_a_part_that_cannot_be_cut_off_ends_its_segment(
    tmp_path: Path, disk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start cuts off all of it, whole lines as well: they were written again."""
    segments = Writer(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")

    def refuse(*_: int) -> None:
        disk.room = None
        raise OSError(1, "Operation not permitted")

    with monkeypatch.context() as hostile:
        hostile.setattr(os, "ftruncate", refuse)
        disk.room = 3
        with pytest.raises(UncutError):
            segments.append(FOLDER, b"2\n3\n")
    segments.append(FOLDER, b"2\n3\n")
    segments.abandon()
    assert repair_segments(tmp_path).torn == 1
    contents = [path.read_bytes() for path in sorted((tmp_path / FOLDER).iterdir())]
    assert contents == [b"1\n", b"2\n3\n"]
    assert (tmp_path / STATE_FOLDER / "torn" / names(tmp_path)[0]).read_bytes() == b"2\n3"


def test_a_segment_that_cannot_be_made_is_noted_once(tmp_path: Path) -> None:
    """However often a folder is tried that is in the way of itself."""
    (tmp_path / "modelDataCollector").write_text("a file")
    segments = Writer(tmp_path, INSTANCE)
    for _ in range(5):
        with pytest.raises(OSError, match=r"Not a directory|File exists"):
            segments.append(FOLDER, b"1\n")
    (tmp_path / "modelDataCollector").unlink()
    segments.append(FOLDER, b"1\n")
    journal = (tmp_path / STATE_FOLDER / "open" / INSTANCE).read_bytes()
    assert journal.count(b"\n") == 1
    assert names(tmp_path) == [f"{INSTANCE}000000.jsonl"]
    segments.close()
