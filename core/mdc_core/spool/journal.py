"""The journal of a writer: which segments it opened, so that the next start can repair them.

A process that dies in the middle of a write leaves a torn last line. Its journal stays behind
without a lock; whoever finds it so looks at the segments it names, and only at those.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from .. import native
from .files import (
    PRIVATE_MODE,
    PUBLIC_MODE,
    STATE_FOLDER,
    is_inside,
    open_inside,
    read_from,
    set_aside,
    try_lock,
    write_whole,
)
from .shared_csv import end_of_last_row

_FOLDER = f"{STATE_FOLDER}/open"
_UNNAMED = ".new"
_FINISHED = "-"
_TAIL = 1 << 16


class Journal:
    """The list of one writer's segments; its lock is held as long as the writer lives.

    Args:
        root: folder of the tree.
        instance: the writer's instance id.
        mode: permissions of the file.
    """

    def __init__(self, root: Path, instance: str, mode: int = PUBLIC_MODE) -> None:
        self._root = root
        self._path = f"{_FOLDER}/{instance}"
        self._mode = mode
        # Protects the file: segments are added by one thread and struck out by another.
        self._lock = native.Mutex()
        self._descriptor = -1
        self._size = 0

    @classmethod
    def take_over(cls, root: Path, instance: str) -> Optional[Journal]:
        """Return the journal of a dead writer; None when it lives, or another process was first."""
        journal = cls(root, instance)
        descriptor = _open_existing(root, journal._path, os.O_APPEND)
        if descriptor is None:
            return None
        # Without a link it was finished by another process between the listing and now.
        if not try_lock(descriptor) or os.fstat(descriptor).st_nlink == 0:
            os.close(descriptor)
            return None
        journal._descriptor = descriptor
        journal._size = os.fstat(descriptor).st_size
        return journal

    def segments(self) -> list[str]:
        """Return the segments that are noted and not struck out, in their order."""
        noted: dict[str, None] = {}
        for line in read_from(self._descriptor, 0, self._size).split(b"\n")[:-1]:
            entry = os.fsdecode(line)
            if entry.startswith(_FINISHED):
                noted.pop(entry[len(_FINISHED) :], None)
            elif is_inside(entry):
                noted[entry] = None
        return list(noted)

    def add(self, segment: str) -> None:
        """Note a segment before it is made."""
        self._write(segment)

    def strike(self, segment: str, successor: str = "") -> None:
        """Note that a segment is finished, and in the same breath the one that replaces it."""
        self._write(f"{_FINISHED}{segment}" + (f"\n{successor}" if successor else ""))

    def close(self) -> None:
        """End the journal of a writer whose segments are all whole."""
        with self._lock:
            if self._descriptor >= 0:
                with contextlib.suppress(FileNotFoundError):  # somebody cleared the folder
                    os.unlink(self._root / self._path)
                self.abandon()

    def abandon(self) -> None:
        """Close the descriptor; in a forked child the lock stays with the parent."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, entry: str) -> None:
        with self._lock:
            if self._descriptor < 0:
                self._descriptor = self._create()
            content = entry.encode() + b"\n"
            write_whole(self._descriptor, content, self._size)
            self._size += len(content)

    def _create(self) -> int:
        # It gets its name when it is locked: unlocked, it would pass for that of a dead writer.
        unnamed = self._path + _UNNAMED
        descriptor = open_inside(self._root, unnamed, os.O_CREAT | os.O_APPEND, self._mode)
        try_lock(descriptor)
        os.rename(self._root / unnamed, self._root / self._path)
        return descriptor


def abandoned_journals(root: Path) -> Iterator[Journal]:
    """Yield the journals of dead writers, locked; the caller closes or abandons each."""
    try:
        instances = sorted(os.listdir(root / _FOLDER))
    except FileNotFoundError:
        return
    for instance in instances:
        if not instance.endswith(_UNNAMED):
            journal = Journal.take_over(root, instance)
            if journal is not None:
                yield journal


def repair_segments(root: Path) -> int:
    """Set aside the torn last lines of dead writers; return how many there were."""
    torn = 0
    for journal in abandoned_journals(root):
        torn += sum(repair_segment(root, segment) for segment in journal.segments())
        journal.close()
    return torn


def repair_segment(root: Path, path: str) -> int:
    """Set aside the torn last line, or CSV row, of one segment; return 1 when there was one."""
    descriptor = _open_existing(root, path)
    if descriptor is None:
        return 0
    try:
        found = os.fstat(descriptor)
        size = found.st_size
        end = _end_of_whole(descriptor, size, path)
        if end == size:
            return 0
        mode = PUBLIC_MODE if found.st_mode & 0o077 else PRIVATE_MODE
        set_aside(root, Path(path).name, read_from(descriptor, end, size), mode)
        os.ftruncate(descriptor, end)
        return 1
    finally:
        os.close(descriptor)


def _open_existing(root: Path, path: str, flags: int = 0) -> Optional[int]:
    """Open a file unless it is gone, or a link that somebody planted in its place."""
    try:
        return open_inside(root, path, flags)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            return None
        raise


def _end_of_whole(descriptor: int, size: int, path: str) -> int:
    """Return the offset behind the last line; of CSV, where a line may end in a row, the row."""
    if path.endswith(".csv"):
        return end_of_last_row(read_from(descriptor, 0, size))
    return _end_of_last_line(descriptor, size)


def _end_of_last_line(descriptor: int, size: int) -> int:
    """Return the offset behind the last line feed."""
    stop = size
    while stop > 0:
        start = max(0, stop - _TAIL)
        found = read_from(descriptor, start, stop).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        stop = start
    return 0
