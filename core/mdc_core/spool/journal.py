"""The journal of a writer: which segments it opened, so that the next start can repair them.

A process that dies in the middle of a write leaves a torn last line. Its journal stays behind
without a lock; whoever finds it so looks at the segments it names, and only at those.
"""

from __future__ import annotations

import os
from pathlib import Path

from .files import (
    STATE_FOLDER,
    open_inside,
    read_from,
    set_aside,
    try_lock,
    write_whole,
)

_FOLDER = f"{STATE_FOLDER}/open"
_TAIL = 1 << 16


class Journal:
    """The list of one writer's segments; its lock is held as long as the writer lives.

    Args:
        root: folder of the tree.
        instance: the writer's instance id.
    """

    def __init__(self, root: Path, instance: str) -> None:
        self._root = root
        self._path = f"{_FOLDER}/{instance}"
        self._descriptor = -1
        self._size = 0

    def add(self, segment: str) -> None:
        """Note a segment before it is made."""
        if self._descriptor < 0:
            descriptor = open_inside(self._root, self._path, os.O_CREAT | os.O_APPEND)
            try_lock(descriptor)
            self._descriptor = descriptor
        entry = segment.encode() + b"\n"
        write_whole(self._descriptor, entry, self._size)
        self._size += len(entry)

    def close(self) -> None:
        """End the journal of a writer whose segments are all whole."""
        if self._descriptor >= 0:
            os.unlink(self._root / self._path)
            self.abandon()

    def abandon(self) -> None:
        """Close the descriptor; the lock stays with the process it was inherited from."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def repair_segments(root: Path) -> int:
    """Set aside the torn last lines of dead writers; return how many there were."""
    try:
        journals = sorted(os.listdir(root / _FOLDER))
    except FileNotFoundError:
        return 0
    return sum(_repair_writer(root, f"{_FOLDER}/{journal}") for journal in journals)


def _repair_writer(root: Path, journal: str) -> int:
    try:
        descriptor = open_inside(root, journal, 0)
    except FileNotFoundError:
        return 0
    try:
        # Without a link it was finished by another process between the listing and now.
        if not try_lock(descriptor) or os.fstat(descriptor).st_nlink == 0:
            return 0
        entries = read_from(descriptor, 0, os.fstat(descriptor).st_size).split(b"\n")[:-1]
        torn = sum(_repair_segment(root, os.fsdecode(entry)) for entry in entries)
        os.unlink(root / journal)
        return torn
    finally:
        os.close(descriptor)


def _repair_segment(root: Path, path: str) -> int:
    try:
        descriptor = open_inside(root, path, 0)
    except FileNotFoundError:
        return 0
    try:
        size = os.fstat(descriptor).st_size
        end = _end_of_last_line(descriptor, size)
        if end == size:
            return 0
        set_aside(root, Path(path).name, read_from(descriptor, end, size))
        os.ftruncate(descriptor, end)
        return 1
    finally:
        os.close(descriptor)


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
