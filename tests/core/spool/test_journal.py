"""The journal: torn last lines of dead writers are found, and nothing else is touched."""

from __future__ import annotations

import fcntl
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.spool.files import STATE_FOLDER
from mdc_core.spool.journal import Journal, repair_segments
from mdc_core.spool.segments import Segments
from mdc_core.spool.tree import Tree

INSTANCE = "ef484bd292bc4cd4ad462efc33ddbbbe"
FOLDER = "modelDataCollector/e/d/c/2026/11/21/09"
SEGMENT = f"{FOLDER}/{INSTANCE}000000.jsonl"
JOURNAL = f"{STATE_FOLDER}/open/{INSTANCE}"
TORN = f"{STATE_FOLDER}/torn/{INSTANCE}000000.jsonl"


def entry(path: str) -> bytes:
    """Return a line of a journal: a path, and what tells whether it is damaged."""
    return b"%s %08x\n" % (path.encode(), zlib.crc32(path.encode()))


def leave_behind(root: Path, content: bytes, entries: bytes = entry(SEGMENT)) -> Path:
    """Leave what a killed writer leaves: a journal without a lock, and a segment."""
    for path, text in ((JOURNAL, entries), (SEGMENT, content)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text)
    return root / SEGMENT


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b'{"a":1}\n{"a":', b'{"a":1}\n'),
        (b'{"a":1', b""),
        (b'{"a":1}\n' + b"x" * 200_000, b'{"a":1}\n'),
        (b"x" * 200_000, b""),
    ],
)
def test_a_torn_line_is_set_aside(tmp_path: Path, content: bytes, whole: bytes) -> None:
    """The next start cuts a dead writer's segment to whole lines and keeps the fragment."""
    segment = leave_behind(tmp_path, content)
    assert repair_segments(tmp_path).torn == 1
    assert segment.read_bytes() == whole
    assert (tmp_path / TORN).read_bytes() == content[len(whole) :]
    assert not (tmp_path / JOURNAL).exists()
    assert repair_segments(tmp_path).torn == 0


@pytest.mark.parametrize("content", [b"", b'{"a":1}\n', b"1\n2\n"])
def test_whole_segments_are_left_alone(tmp_path: Path, content: bytes) -> None:
    """A writer that was killed between two writes needs no repair, and none is counted."""
    segment = leave_behind(tmp_path, content)
    assert repair_segments(tmp_path).torn == 0
    assert segment.read_bytes() == content
    assert not (tmp_path / TORN).exists()


@given(content=st.binary(max_size=300))
def test_whole_lines_and_fragment_are_all_there_was(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever a kill left, the repair keeps each byte: whole lines in place, the rest aside."""
    root = tmp_path_factory.mktemp("root")
    segment = leave_behind(root, content)
    torn = repair_segments(root).torn
    aside = (root / TORN).read_bytes() if torn else b""
    assert segment.read_bytes() + aside == content
    assert b"\n" not in aside
    assert segment.read_bytes()[-1:] in (b"", b"\n")


def test_a_living_writers_segments_are_left_alone(tmp_path: Path) -> None:
    """While a writer lives, the lines it is just writing are not fragments."""
    tree = Tree(tmp_path)
    journal = Journal(tree, INSTANCE)
    segments = Segments(tree, INSTANCE, journal.add)
    segments.append(FOLDER, b'{"a":')
    assert repair_segments(tmp_path).torn == 0
    assert (tmp_path / SEGMENT).read_bytes() == b'{"a":'
    segments.append(FOLDER, b"1}\n")
    segments.seal_all()
    journal.close()
    assert (tmp_path / SEGMENT).read_bytes() == b'{"a":1}\n'


def test_a_dead_writer_is_repaired_by_its_journal(tmp_path: Path) -> None:
    """The journal names every segment of a writer, the ones it has closed as well."""
    tree = Tree(tmp_path)
    journal = Journal(tree, INSTANCE)
    segments = Segments(tree, INSTANCE, journal.add, max_bytes=1)
    for _ in range(3):
        segments.append(FOLDER, b"torn")
    journal.abandon()
    assert repair_segments(tmp_path).torn == 3
    assert {path.read_bytes() for path in (tmp_path / FOLDER).iterdir()} == {b""}


def test_a_journal_torn_itself_repairs_what_it_names(tmp_path: Path) -> None:
    """The last, unfinished entry of a journal belongs to a segment that was never made."""
    entries = entry(SEGMENT) + SEGMENT.encode()[:20]
    segment = leave_behind(tmp_path, b"1\n2", entries)
    assert repair_segments(tmp_path).torn == 1
    assert segment.read_bytes() == b"1\n"


def test_segments_that_are_gone_are_no_fault(tmp_path: Path) -> None:
    """A reader may take segments away; their folders are not made again."""
    leave_behind(tmp_path, b"1").unlink()
    (tmp_path / FOLDER).rmdir()
    assert repair_segments(tmp_path).torn == 0
    assert not (tmp_path / FOLDER).exists()
    assert not (tmp_path / JOURNAL).exists()


def test_an_empty_root_needs_no_repair(tmp_path: Path) -> None:
    """The first start finds nothing, and makes nothing."""
    assert repair_segments(tmp_path / "missing") == (0, 0)
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize(
    "path",
    [
        "{outside}",
        "../outside",
        f"{FOLDER}/../../../../../../../../../outside",
        f"{FOLDER}/{INSTANCE}\0000000.jsonl",
    ],
)
def test_a_journal_reaches_nothing_outside(tmp_path: Path, path: str) -> None:
    """An entry that is not a path below the root is skipped, and the others are repaired."""
    root = tmp_path / "root"
    outside = tmp_path / "outside"
    entries = entry(path.format(outside=outside)) + entry(SEGMENT)
    segment = leave_behind(root, b"1\n2", entries)
    outside.write_bytes(b"no line feed")
    assert repair_segments(root).torn == 1
    assert segment.read_bytes() == b"1\n"
    assert outside.read_bytes() == b"no line feed"


@pytest.mark.parametrize("planted", [SEGMENT, JOURNAL])
def test_a_planted_link_is_not_followed_and_stops_nobody(tmp_path: Path, planted: str) -> None:
    """A link in place of a dead writer's file costs only that file its repair."""
    target = tmp_path / "target"
    target.write_bytes(entry(SEGMENT) + b"no line feed")
    leave_behind(tmp_path, b"1\n2")
    (tmp_path / planted).unlink()
    (tmp_path / planted).symlink_to(target)
    assert repair_segments(tmp_path).torn == 0
    assert target.read_bytes() == entry(SEGMENT) + b"no line feed"


def test_a_journal_survives_a_repair_that_runs_as_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that finds a journal not yet locked does not cost its writer the repair."""
    real = fcntl.flock

    def repaired_first(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        repair_segments(tmp_path)
        fcntl.flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", repaired_first)
    journal = Journal(Tree(tmp_path), INSTANCE)
    journal.add(SEGMENT)
    assert (tmp_path / JOURNAL).read_bytes() == entry(SEGMENT)
    assert repair_segments(tmp_path).torn == 0
    journal.close()
    assert not (tmp_path / JOURNAL).exists()


def test_a_journal_that_was_deleted_can_be_closed(tmp_path: Path) -> None:
    """Somebody who clears the state folder does not make the end of a writer fail."""
    before = len(os.listdir("/proc/self/fd"))
    journal = Journal(Tree(tmp_path), INSTANCE)
    journal.add(SEGMENT)
    (tmp_path / JOURNAL).unlink()
    journal.close()
    assert len(os.listdir("/proc/self/fd")) <= before  # what other tests left may go meanwhile


@pytest.mark.parametrize("at", [0, 7, len(SEGMENT) + 3])
def test_a_damaged_line_costs_no_other(tmp_path: Path, at: int) -> None:
    """The segments of a damaged journal are found by their names; the line is kept and counted."""
    line = bytearray(entry(SEGMENT))
    line[at] ^= 1
    other = SEGMENT.replace("000000.jsonl", "000001.jsonl")
    segment = leave_behind(tmp_path, b"1\n2", bytes(line) + entry(other))
    (tmp_path / other).write_bytes(b"3\n4")
    assert repair_segments(tmp_path) == (2, 1)
    assert segment.read_bytes() == b"1\n"
    assert (tmp_path / other).read_bytes() == b"3\n"
    assert (tmp_path / STATE_FOLDER / f"torn/{INSTANCE}.journal").read_bytes() == line
    assert repair_segments(tmp_path) == (0, 0)


def test_an_empty_journal_is_made_up_for_by_names(tmp_path: Path) -> None:
    """A loss of power may leave no more of it than its name."""
    segment = leave_behind(tmp_path, b"1\n2", b"")
    assert repair_segments(tmp_path) == (1, 0)
    assert segment.read_bytes() == b"1\n"


def test_a_segment_that_cannot_be_repaired_keeps_its_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are repaired, nobody waits for it, and the next start tries again."""
    other = SEGMENT.replace("000000.jsonl", "000001.jsonl")
    segment = leave_behind(tmp_path, b"1\n2", entry(SEGMENT) + entry(other))
    (tmp_path / other).write_bytes(b"3\n4")
    cut = os.ftruncate

    def fail(descriptor: int, length: int) -> None:
        if os.path.realpath(f"/proc/self/fd/{descriptor}") == str(segment):
            raise OSError(5, "Input/output error")
        cut(descriptor, length)

    with monkeypatch.context() as broken:
        broken.setattr(os, "ftruncate", fail)
        assert repair_segments(tmp_path).torn == 1
    assert (tmp_path / other).read_bytes() == b"3\n"
    assert repair_segments(tmp_path).torn == 1
    assert segment.read_bytes() == b"1\n"
    assert not (tmp_path / JOURNAL).exists()


def test_a_journal_that_was_removed_is_made_again(tmp_path: Path) -> None:
    """With the segments that are not ended, so that a cleaner costs no repair."""
    tree = Tree(tmp_path)
    journal = Journal(tree, INSTANCE)
    segments = Segments(tree, INSTANCE, journal.add)
    segments.append(FOLDER, b"1\n")
    (tmp_path / JOURNAL).unlink()
    segments.append(f"{FOLDER}/other", b"2\n")
    lines = (tmp_path / JOURNAL).read_bytes().splitlines()
    assert [line.rpartition(b" ")[0].decode() for line in lines] == segments.paths()
    segments.seal_all()
    journal.close()


def test_a_journal_is_flushed_when_it_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the segments are, so that a loss of power leaves none that nobody finds."""
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    journal = Journal(Tree(tmp_path), INSTANCE)
    journal.sync()
    journal.add(SEGMENT)
    journal.sync()
    journal.sync()
    assert len(flushed) == 1
    journal.close()
