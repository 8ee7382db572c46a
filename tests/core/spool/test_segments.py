"""Segment files: whole lines in files of one writer, for each folder its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mdc_core.spool.files import STATE_FOLDER
from mdc_core.spool.segments import MAX_OPEN, Segments

INSTANCE = "ef484bd292bc4cd4ad462efc33ddbbbe"
FOLDER = "modelDataCollector/e/d/c/2026/11/21/09"


def names(root: Path, folder: str = FOLDER) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(path.name for path in (root / folder).iterdir())


def test_lines_of_a_folder_share_one_segment(tmp_path: Path) -> None:
    """Appends to one folder go to one file, in their order, named by instance and sequence."""
    segments = Segments(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")
    segments.append(FOLDER, b"2\n3\n")
    segments.close()
    assert (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").read_bytes() == b"1\n2\n3\n"
    assert names(tmp_path) == [f"{INSTANCE}000000.jsonl"]


def test_each_writer_has_files_of_its_own(tmp_path: Path) -> None:
    """Two writers in one folder never share a file, without agreeing on anything."""
    for line in (b"1\n", b"2\n"):
        segments = Segments(tmp_path)
        segments.append(FOLDER, line)
        segments.close()
    assert sorted(path.read_bytes() for path in (tmp_path / FOLDER).iterdir()) == [b"1\n", b"2\n"]


def test_a_segment_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    """A segment ends with the append that reached the bound, whole."""
    segments = Segments(tmp_path, INSTANCE, max_bytes=4)
    for line in (b"1\n", b"22\n", b"3\n", b"4\n"):
        segments.append(FOLDER, line)
    segments.close()
    contents = [(tmp_path / FOLDER / name).read_bytes() for name in names(tmp_path)]
    assert contents == [b"1\n22\n", b"3\n4\n"]


def test_files_open_at_a_time_are_bounded(tmp_path: Path) -> None:
    """However many folders are written to, few descriptors are held, and no line is lost."""
    segments = Segments(tmp_path, INSTANCE)
    before = len(os.listdir("/proc/self/fd"))
    for turn in range(2):
        for number in range(MAX_OPEN + 10):
            segments.append(f"modelDataCollector/e/d/c{number}/2026", b"%d\n" % turn)
    assert len(os.listdir("/proc/self/fd")) - before <= MAX_OPEN + 1
    segments.close()
    for number in range(MAX_OPEN + 10):
        folder = tmp_path / f"modelDataCollector/e/d/c{number}/2026"
        files = sorted(folder.iterdir())
        assert b"".join(path.read_bytes() for path in files) == b"0\n1\n"


@pytest.mark.parametrize("room", [0, 1, 5])
def test_an_append_that_does_not_fit_may_be_offered_again(
    tmp_path: Path, disk: Any, room: int
) -> None:
    """A disk that fills up leaves no part of a line; with room again the same append succeeds."""
    segments = Segments(tmp_path, INSTANCE)
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
    segments = Segments(tmp_path, INSTANCE)
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
    segments = Segments(tmp_path, INSTANCE)
    with pytest.raises(FileExistsError):
        segments.append(FOLDER, b"1\n")
    segments.append(FOLDER, b"1\n")
    segments.close()
    assert target.read_bytes() == b"precious"
    assert (tmp_path / FOLDER / f"{INSTANCE}000001.jsonl").read_bytes() == b"1\n"


def test_a_segment_that_was_deleted_is_followed_by_another(tmp_path: Path) -> None:
    """Lines do not go to a file that its reader has removed, where nobody would find them."""
    segments = Segments(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")
    (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").unlink()
    segments.append(FOLDER, b"2\n")
    segments.close()
    assert (tmp_path / FOLDER / f"{INSTANCE}000001.jsonl").read_bytes() == b"2\n"


def test_sync_flushes_every_segment_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was appended is flushed to the disk, what was flushed already is not again."""
    flushed: list[int] = []
    monkeypatch.setattr(os, "fdatasync", flushed.append)
    segments = Segments(tmp_path)
    segments.append(FOLDER, b"1\n")
    segments.append(f"{FOLDER}/other", b"1\n")
    segments.sync()
    segments.sync()
    assert len(flushed) == len(set(flushed)) == 2
    segments.append(FOLDER, b"2\n")
    segments.sync()
    assert len(flushed) == 3
    segments.close()


def test_close_leaves_no_state(tmp_path: Path) -> None:
    """A writer that ended well leaves its lines and no journal."""
    segments = Segments(tmp_path)
    segments.append(FOLDER, b"1\n")
    segments.close()
    assert list((tmp_path / STATE_FOLDER / "open").iterdir()) == []


def test_abandoned_segments_stay_the_parents(tmp_path: Path) -> None:
    """Giving up inherited descriptors writes nothing and keeps the parent's journal."""
    before = len(os.listdir("/proc/self/fd"))
    segments = Segments(tmp_path, INSTANCE)
    segments.append(FOLDER, b"1\n")
    segments.abandon()
    assert len(os.listdir("/proc/self/fd")) == before
    assert (tmp_path / STATE_FOLDER / "open" / INSTANCE).exists()
    assert (tmp_path / FOLDER / f"{INSTANCE}000000.jsonl").read_bytes() == b"1\n"


def test_a_raw_file_is_found_when_it_is_published(tmp_path: Path) -> None:
    """The chunks of a large event become one file, which nobody finds before it is whole."""
    segments = Segments(tmp_path, INSTANCE)
    raw = segments.stage_raw("modelDataCollector/e/d/2026", iter([b"[1", b",2", b"]"]))
    assert raw.size == 5
    assert not (tmp_path / raw.path).exists()
    for _ in range(2):  # who is interrupted in between does it again
        segments.publish_raw(raw.path)
    assert (tmp_path / raw.path).read_bytes() == b"[1,2]"
    segments.close()


def test_a_raw_file_that_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    """No line refers to it any more."""
    segments = Segments(tmp_path)
    segments.discard_raw(segments.stage_raw(FOLDER, [b"[]"]).path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    segments.close()


def test_a_raw_file_that_failed_leaves_nothing(tmp_path: Path, disk: Any) -> None:
    """Without room for a large event neither a part of it nor a staged file stays."""
    segments = Segments(tmp_path)
    disk.room = 3
    with pytest.raises(OSError, match="No space left"):
        segments.stage_raw(FOLDER, [b"01", b"23", b"45"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    segments.close()


def test_a_raw_file_whose_encoding_failed_leaves_nothing(tmp_path: Path) -> None:
    """An error in the middle of the chunks does not leave a staged file."""

    def chunks() -> Iterator[bytes]:
        yield b"["
        raise ZeroDivisionError

    segments = Segments(tmp_path)
    with pytest.raises(ZeroDivisionError):
        segments.stage_raw(FOLDER, chunks())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    segments.close()
