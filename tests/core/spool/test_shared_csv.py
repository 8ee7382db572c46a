"""Shared CSV files: one header, whole rows, each once, whoever died in between."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.spool.files import STATE_FOLDER
from mdc_core.spool.shared_csv import SharedCsv, end_of_last_row

PATH = "modeldata/s/r/w/svc/m/1/inputs/2026/11/21/data.csv"
HEADER = b"a,b\r\n"
ROW = b'1,"two\nlines, and ""quotes"""\r\n'

cells = st.text(alphabet='ab",\n\r', max_size=6)


def written(rows: list[list[str]], ending: str) -> bytes:
    """Return rows as `csv.writer` writes them."""
    text = io.StringIO()
    csv.writer(text, lineterminator=ending).writerows(rows)
    return text.getvalue().encode()


def fragments(root: Path) -> list[bytes]:
    """Return what was set aside."""
    folder = root / STATE_FOLDER / "torn"
    return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []


def test_the_header_is_written_once(tmp_path: Path) -> None:
    """Each writer offers the header; the first one's stands on top."""
    for writer in (SharedCsv(tmp_path), SharedCsv(tmp_path)):
        assert writer.append(PATH, HEADER, ROW) == 0
        assert writer.append(PATH, b"other\r\n", ROW) == 0
    assert (tmp_path / PATH).read_bytes() == HEADER + 4 * ROW


def test_a_header_may_be_missing(tmp_path: Path) -> None:
    """Rows without names are written without a header."""
    SharedCsv(tmp_path).append(PATH, b"", ROW)
    assert (tmp_path / PATH).read_bytes() == ROW


@pytest.mark.parametrize("cut", range(1, len(ROW)))
def test_a_row_torn_anywhere_is_set_aside(tmp_path: Path, cut: int) -> None:
    """Wherever a killed writer's row broke off, the next append starts behind whole rows."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    with (tmp_path / PATH).open("ab") as file:
        file.write(ROW + ROW[:cut])
    assert shared.append(PATH, HEADER, b"3,4\r\n") == 1
    assert (tmp_path / PATH).read_bytes() == HEADER + 2 * ROW + b"3,4\r\n"
    assert fragments(tmp_path) == [ROW[:cut]]


@pytest.mark.parametrize("cut", range(1, len(HEADER)))
def test_a_torn_header_is_written_again(tmp_path: Path, cut: int) -> None:
    """A writer killed inside the header leaves a file that gets a whole one."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, b"")
    os.truncate(tmp_path / PATH, 0)
    shared.append(PATH, b"", b"")
    (tmp_path / PATH).write_bytes(HEADER[:cut])
    assert shared.append(PATH, HEADER, ROW) == 1
    assert (tmp_path / PATH).read_bytes() == HEADER + ROW


def test_whole_rows_of_a_killed_writer_stay(tmp_path: Path) -> None:
    """A writer killed after its rows and before it noted their length lost nothing."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    with (tmp_path / PATH).open("ab") as file:
        file.write(ROW)
    assert shared.append(PATH, HEADER, ROW) == 0
    assert (tmp_path / PATH).read_bytes() == HEADER + 3 * ROW
    assert fragments(tmp_path) == []


def test_a_file_of_another_program_is_continued(tmp_path: Path) -> None:
    """A file that nobody here wrote keeps its header and its rows."""
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_bytes(b"x,y\n1,2\n")
    assert SharedCsv(tmp_path).append(PATH, HEADER, ROW) == 0
    assert (tmp_path / PATH).read_bytes() == b"x,y\n1,2\n" + ROW


def test_a_file_without_a_last_line_feed_is_continued_on_a_new_line(tmp_path: Path) -> None:
    """The last row of somebody else's file is whole even where its line feed is missing."""
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_bytes(b"x,y\n1,2")
    assert SharedCsv(tmp_path).append(PATH, HEADER, ROW) == 0
    assert (tmp_path / PATH).read_bytes() == b"x,y\n1,2\r\n" + ROW


def test_a_file_taken_away_starts_again(tmp_path: Path) -> None:
    """After its reader removed a file, the next rows start one with a header."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    (tmp_path / PATH).unlink()
    shared.append(PATH, HEADER, ROW)
    assert (tmp_path / PATH).read_bytes() == HEADER + ROW


def test_a_shortened_file_is_not_taken_for_torn(tmp_path: Path) -> None:
    """A file cut by its owner to whole rows is continued where it ends."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, 5 * ROW)
    os.truncate(tmp_path / PATH, len(HEADER + ROW))
    assert shared.append(PATH, HEADER, ROW) == 0
    assert (tmp_path / PATH).read_bytes() == HEADER + 2 * ROW


@pytest.mark.parametrize("room", [0, 1, len(HEADER), len(HEADER + ROW) - 1])
def test_an_append_that_does_not_fit_may_be_offered_again(
    tmp_path: Path, disk: Any, room: int
) -> None:
    """A full disk leaves nothing of the rows, nor of the header; the retry writes both once."""
    shared = SharedCsv(tmp_path)
    disk.room = room
    with pytest.raises(OSError, match="No space left"):
        shared.append(PATH, HEADER, ROW)
    assert (tmp_path / PATH).read_bytes() == b""
    disk.room = None
    assert shared.append(PATH, HEADER, ROW) == 0
    assert (tmp_path / PATH).read_bytes() == HEADER + ROW


def test_a_part_that_cannot_be_cut_off_is_cut_before_the_next_rows(
    tmp_path: Path, disk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole rows of an append that failed do not stay: all of them are offered again."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    with monkeypatch.context() as hostile:
        hostile.setattr(os, "ftruncate", lambda *_: os.close(-1))
        disk.room = len(ROW) + 5
        with pytest.raises(OSError, match="No space left"):
            shared.append(PATH, HEADER, 3 * ROW)
        disk.room = None
    assert (tmp_path / PATH).read_bytes() == HEADER + 2 * ROW + ROW[:5]
    assert SharedCsv(tmp_path).append(PATH, HEADER, 3 * ROW) == 1
    assert (tmp_path / PATH).read_bytes() == HEADER + 4 * ROW
    assert fragments(tmp_path) == [ROW + ROW[:5]]


def test_a_lock_that_is_held_stops_nobody(tmp_path: Path) -> None:
    """A stopped neighbour, or any reader, may hold it: the append fails and is offered again."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    (state,) = (tmp_path / STATE_FOLDER / "csv").iterdir()
    with state.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for _ in range(2):
            with pytest.raises(BlockingIOError):
                shared.append(PATH, HEADER, ROW)
        assert shared.append(f"{PATH}.other", HEADER, ROW) == 0
    assert shared.append(PATH, HEADER, ROW) == 0
    assert (tmp_path / PATH).read_bytes() == HEADER + 2 * ROW


def test_rows_that_are_there_are_not_offered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are written once, although their length could not be noted."""
    calls: list[int] = []
    real = os.pwrite

    def once(descriptor: int, content: bytes, offset: int) -> int:
        calls.append(offset)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(descriptor, content, offset)

    monkeypatch.setattr(os, "pwrite", once)
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    shared.append(PATH, HEADER, ROW)
    assert len(calls) == 4
    assert (tmp_path / PATH).read_bytes() == HEADER + 2 * ROW


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    """What somebody planted under a CSV file's name is not written to."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        SharedCsv(tmp_path).append(PATH, HEADER, ROW)
    assert target.read_bytes() == b"precious"


def test_sync_flushes_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files appended to are flushed to the disk, and forgotten until the next append."""
    flushed: list[str] = []
    name = "/proc/self/fd/%d"
    monkeypatch.setattr(os, "fsync", lambda each: flushed.append(os.path.realpath(name % each)))
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    shared.append(f"{PATH}.2", HEADER, ROW)
    assert shared.sync() == shared.sync() == {}
    files = [path for path in flushed if Path(path).is_file()]
    assert sorted(files) == [str(tmp_path / PATH), str(tmp_path / f"{PATH}.2")]
    assert str((tmp_path / PATH).parent) in flushed


def test_a_file_that_cannot_be_flushed_does_not_keep_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and tried again by the next flush."""
    shared = SharedCsv(tmp_path)
    for number in range(3):
        shared.append(f"{PATH}.{number}", HEADER, ROW)
    flush, bad = os.fsync, [f"{PATH}.1"]

    def fail(descriptor: int) -> None:
        if os.path.realpath(f"/proc/self/fd/{descriptor}").endswith(tuple(bad)):
            raise OSError(5, "Input/output error")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    assert list(shared.sync()) == list(shared.sync()) == bad
    bad[:] = ["none"]
    assert shared.sync() == {}


def test_sync_passes_over_files_taken_away(tmp_path: Path) -> None:
    """A file that its reader removed before the flush is not a fault, and is not made again."""
    shared = SharedCsv(tmp_path)
    shared.append(PATH, HEADER, ROW)
    (tmp_path / PATH).unlink()
    (tmp_path / PATH).parent.rmdir()
    shared.sync()
    assert not (tmp_path / PATH).parent.exists()


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    """A file is open only while rows are appended, so that its reader may do what it likes."""
    before = len(os.listdir("/proc/self/fd"))
    shared = SharedCsv(tmp_path)
    for number in range(10):
        shared.append(f"{PATH}.{number}", HEADER, ROW)
    shared.sync()
    assert len(os.listdir("/proc/self/fd")) == before


@given(
    rows=st.lists(st.lists(cells, min_size=1, max_size=3), max_size=5),
    last=st.lists(cells, min_size=1, max_size=3),
    ending=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_the_end_of_the_last_row_is_where_csv_sees_it(
    rows: list[list[str]], last: list[str], ending: str, data: st.DataObject
) -> None:
    """Cut anywhere inside the last row, what `csv.writer` wrote before it is kept exactly."""
    whole, torn = written(rows, ending), written([last], ending)
    cut = data.draw(st.integers(0, len(torn) - 1))
    assert end_of_last_row(whole + torn[:cut]) == len(whole)
    assert end_of_last_row(whole + torn) == len(whole + torn)


@given(rows=st.lists(st.lists(cells, min_size=1, max_size=3), max_size=6), data=st.data())
def test_any_prefix_is_cut_to_rows_that_csv_reads(
    rows: list[list[str]], data: st.DataObject
) -> None:
    """Whatever prefix a kill left, `csv.reader` finds in the kept part the first rows unchanged."""
    content = written(rows, "\r\n")
    prefix = content[: data.draw(st.integers(0, len(content)))]
    kept = prefix[: end_of_last_row(prefix)].decode()
    read = list(csv.reader(io.StringIO(kept, newline="")))
    assert read == rows[: len(read)]
