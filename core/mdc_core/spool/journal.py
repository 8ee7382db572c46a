"""The journal of a writer to a folder: which segments it opened, so that the next start finds them.

A process that dies in the middle of a write leaves a torn last line. Its journal stays behind
without a lock; whoever finds it so looks at the segments it names, and only at those: a folder
may hold the files of years.
"""

from __future__ import annotations

import itertools
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Tuple

from .. import native
from ..layouts import JSONL_ROOT
from .files import STATE_FOLDER, is_inside, read_from, write_whole
from .lock_file import LockFile, is_named
from .repair import repair_segment
from .tree import Tree, path_below

_FOLDER = f"{STATE_FOLDER}/open"
# At most so many folders are searched for the files of a damaged journal.
_SEARCHED_FOLDERS = 20_000


class Repairs(NamedTuple):
    """What was found of dead writers: torn last lines, and journals' lines that are damaged."""

    torn: int
    damaged: int


class Journal:
    """The list of one writer's segments; its lock is held as long as the writer lives.

    Args:
        tree: that holds the segments.
        instance: the writer's instance id.
    """

    def __init__(self, tree: Tree, instance: str) -> None:
        self._file = LockFile(tree, f"{_FOLDER}/{instance}")
        # Protects the file: segments are added by one thread, and flushed by the same or another.
        self._lock = native.Mutex()
        self._size = 0
        self._is_synced = True

    def add(self, segment: str, others: Iterable[str] = ()) -> None:
        """Note a segment before it is made.

        Args:
            segment: its path.
            others: noted again where somebody has removed the journal.
        """
        with self._lock:
            self._keep(others)
            self._write(_line_of(segment))

    def keep(self, segments: Collection[str]) -> None:
        """Make sure that others see this writer alive, and find its segments when it is not.

        Args:
            segments: that are not ended; noted again where somebody has removed the journal, or
                has closed it, and its lock with it.
        """
        with self._lock:
            if segments:
                self._keep(segments)

    def _keep(self, segments: Iterable[str]) -> None:
        if not self._file.is_held:
            self._file.hold()
            self._size = 0
            try:
                self._write(b"".join(map(_line_of, segments)))
            except OSError:
                self._file.forget()  # it is made whole by the next call
                raise

    def _write(self, content: bytes) -> None:
        write_whole(self._file.descriptor, content, self._size)
        self._size += len(content)
        self._is_synced = False

    def sync(self) -> None:
        """Bring the list to where it survives the loss of power."""
        with self._lock:
            if not self._is_synced and self._file.is_held:
                os.fsync(self._file.descriptor)
                self._is_synced = True

    def close(self) -> None:
        """End the journal of a writer whose segments are all whole."""
        with self._lock:
            self._file.remove()

    def abandon(self) -> None:
        """Close the descriptor; in a forked child the lock stays with the parent."""
        self._file.forget()


def has_abandoned(root: Path) -> bool:
    """Return whether a dead writer's journal is there, whose segments were not looked at yet."""
    for lock in _abandoned(Tree(root)):
        lock.forget()
        return True
    return False


def repair_segments(root: Path) -> Repairs:
    """Set aside the torn last lines of dead writers.

    A segment that cannot be repaired now keeps its journal, for the next start.
    """
    tree = Tree(root)
    torn = damaged = 0
    for lock in _abandoned(tree):
        paths, bad = _read(tree, lock)
        damaged += bad
        is_done = True
        for path in paths:
            try:
                torn += repair_segment(tree, path)
            except OSError:
                is_done = False
        if is_done:
            lock.remove()
        else:
            lock.forget()
    return Repairs(torn, damaged)


def _abandoned(tree: Tree) -> Iterator[LockFile]:
    """Yield the journals of dead writers, one by one: each is to be removed or forgotten."""
    try:
        names = sorted(os.listdir(tree.root / _FOLDER))
    except FileNotFoundError:
        return
    for name in filter(is_named, names):
        lock = LockFile.take_over(tree, f"{_FOLDER}/{name}")
        if lock is not None:
            yield lock


def _read(tree: Tree, lock: LockFile) -> Tuple[Iterable[str], int]:
    """Return the segments of a dead writer, and how many lines of its journal are damaged."""
    instance = lock.path.rpartition("/")[2]
    content = read_from(lock.descriptor, 0, os.fstat(lock.descriptor).st_size)
    paths: Dict[str, None] = {}
    damaged = []
    # What stands behind the last line feed was never finished, and its segment never made.
    for line in content.split(b"\n")[:-1]:
        path = _path_of(line)
        if path is None:
            damaged.append(line)
        else:
            paths[path] = None
    if damaged or not paths:
        paths.update(dict.fromkeys(_search(tree, instance)))
    if damaged:
        tree.set_aside(f"{instance}.journal", b"\n".join(damaged) + b"\n")
    return paths, len(damaged)


def _search(tree: Tree, instance: str) -> Iterator[str]:
    folders = os.walk(tree.root / JSONL_ROOT)
    for folder, _, names in itertools.islice(folders, _SEARCHED_FOLDERS):
        for name in names:
            if name.startswith(instance):
                yield path_below(tree.root, folder, name)


def _line_of(path: str) -> bytes:
    text = path.encode("utf-8", "surrogateescape")
    return b"%s %08x\n" % (text, zlib.crc32(text))


def _path_of(line: bytes) -> Optional[str]:
    text, _, crc = line.rpartition(b" ")
    if b"%08x" % zlib.crc32(text) != crc:
        return None
    path = text.decode("utf-8", "surrogateescape")
    return path if is_inside(path) else None
