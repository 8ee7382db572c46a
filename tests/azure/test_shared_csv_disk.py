"""Delivery on a disk without room, and the notes that lie on it."""

from __future__ import annotations

import contextlib
import errno
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.azure.replica import Blob, Replica, joined, numbered


@contextlib.contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let this process's writes fail beyond a size, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_delivered_leaves_a_full_disk(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """A failed append seals what was written, so that it can go; nothing of it is torn."""
    replica = make_replica(root=tmp_path / "shared")
    replica.write(joined("a", range(10)))
    with files_no_larger_than(1000), pytest.raises(OSError, match="too large"):
        replica.append(joined("a", range(10, 100)))
    for file in replica.outbox.unfinished():
        replica.uploader.finish(file)
        replica.outbox.forget(file)
    assert not list((tmp_path / "shared" / "csv").rglob("*000000.*.csv"))
    replica.write(joined("a", range(10, 100)))
    assert blob.rows() == list(numbered("a", range(100)))


def test_delivery_goes_on_where_no_note_can_be_made(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Only delivery makes room on a full disk, so it does not wait for room for its first note."""
    replica = make_replica()

    def full(note: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    replica.spool.notes.on_note = full
    replica.write(joined("a", range(3)))
    replica.write(joined("a", range(3, 6)))
    assert blob.rows() == list(numbered("a", range(6)))


def test_a_note_that_cannot_be_written_for_another_reason_stops_the_commit(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Without a note, nothing is sent that could not be found again."""
    replica = make_replica()

    def broken(note: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    replica.spool.notes.on_note = broken
    replica.append(joined("a", range(3)))
    with pytest.raises(OSError, match="Input/output"):
        replica.upload()
    assert blob.content() == b""
    replica.spool.notes.on_note = lambda note: None
    replica.deliver()
    assert blob.rows() == list(numbered("a", range(3)))


def test_a_note_is_written_over_without_room(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """The second note of a file takes no more of the disk than the first, and no new file."""
    replica = make_replica(root=tmp_path / "shared")
    replica.append(joined("a", range(3)))
    (file,) = replica.outbox.unfinished()
    replica.spool.notes.write(file.path, '{"delivered": 0, "intended": 0}')
    (note,) = (tmp_path / "shared").rglob("notes/*")
    before = note.stat()
    replica.spool.notes.write(file.path, '{"delivered": 1000000, "intended": 2000000}')
    after = note.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert replica.spool.notes.progress(file.path) == '{"delivered": 1000000, "intended": 2000000}'
    replica.spool.notes.write(file.path, "1")
    assert replica.spool.notes.progress(file.path) == "1"
