"""Segment files: the JSONL files of one writer, which no other process ever appends to."""

from __future__ import annotations

import itertools
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Optional

from ..ids import new_instance_id
from ..layouts import segment_name
from .files import PUBLIC_MODE, make_folders, open_inside, staged_path, write_whole
from .journal import Journal

MAX_OPEN = 64
MAX_SEGMENT_BYTES = 1 << 30


class SegmentEnd(NamedTuple):
    """A segment, and its length after an append."""

    path: str
    size: int


class RawPart(NamedTuple):
    """A file of its own for the data of one event, and its length."""

    path: str
    size: int


@dataclass
class _Segment:
    path: str
    descriptor: int
    size: int
    unsynced: bool = True


class Segments:
    """Appends lines to one file for each folder, named by this writer's instance id.

    A segment is closed when `MAX_OPEN` others were used since; lines for its folder then start a
    new one, so files of past hours close by themselves.

    Args:
        root: folder of the tree.
        instance: 32 hex digits; a new id when not given.
        max_bytes: a segment that has grown to this is followed by a new one.
        mode: permissions of the files.
        on_sealed: called with the path of a segment that is complete.
    """

    def __init__(
        self,
        root: Path,
        instance: Optional[str] = None,
        max_bytes: int = MAX_SEGMENT_BYTES,
        mode: int = PUBLIC_MODE,
        on_sealed: Optional[Callable[[str], None]] = None,
    ) -> None:
        self._root = root
        self._instance = instance or new_instance_id()
        self._max_bytes = max_bytes
        self._mode = mode
        self._on_sealed = on_sealed
        self._sequence = itertools.count()
        self._open: OrderedDict[str, _Segment] = OrderedDict()
        self.journal = Journal(root, self._instance, mode)

    def append(
        self, folder: str, lines: bytes, head: bytes = b"", ending: str = ".jsonl"
    ) -> SegmentEnd:
        """Append whole lines.

        Args:
            folder: the segment's.
            lines: to append.
            head: put on top of a new segment.
            ending: of a new segment's name.

        Returns:
            The segment and its length now.

        Raises:
            OSError: the segment is as it was.
        """
        segment = self._open.get(folder)
        if segment is not None and segment.size >= self._max_bytes:
            self.seal(folder)
            segment = None
        if segment is not None and os.fstat(segment.descriptor).st_nlink == 0:
            # Somebody removed it: what went there now, nobody would find.
            os.close(self._open.pop(folder).descriptor)
            segment = None
        if segment is None:
            segment = self._create(folder, ending)
        self._open.move_to_end(folder)
        content = head + lines if segment.size == 0 else lines
        write_whole(segment.descriptor, content, segment.size)
        segment.size += len(content)
        segment.unsynced = True
        return SegmentEnd(segment.path, segment.size)

    def stage_raw(self, folder: str, chunks: Iterable[bytes]) -> RawPart:
        """Write a file of its own, whole and on the disk, to where nobody reads it yet."""
        path = self.next_path(folder)
        staged = staged_path(path)
        descriptor = open_inside(self._root, staged, os.O_CREAT | os.O_EXCL, self._mode)
        size = 0
        try:
            for chunk in chunks:
                write_whole(descriptor, chunk, size)
                size += len(chunk)
            os.fsync(descriptor)
        except BaseException:
            os.unlink(self._root / staged)
            raise
        finally:
            os.close(descriptor)
        return RawPart(path, size)

    def publish_raw(self, path: str) -> None:
        """Give a staged file its name; one that has it already is left alone."""
        target = self._root / path
        make_folders(target.parent, self._mode)
        try:
            os.rename(self._root / staged_path(path), target)
        except FileNotFoundError:
            if not target.exists():
                raise

    def discard_raw(self, path: str) -> None:
        """Remove a staged file."""
        os.unlink(self._root / staged_path(path))

    def sync(self) -> None:
        """Flush all segments to the disk."""
        for segment in self._open.values():
            if segment.unsynced:
                _sync(segment.descriptor)
                segment.unsynced = False

    def seal(self, folder: str) -> None:
        """Close the segment of a folder, if one is open; the next lines start a new one."""
        segment = self._open.pop(folder, None)
        if segment is None:
            return
        try:
            _sync(segment.descriptor)
        finally:
            os.close(segment.descriptor)
        if self._on_sealed is not None:
            self._on_sealed(segment.path)

    def seal_all(self) -> None:
        """Close all segments."""
        for folder in list(self._open):
            self.seal(folder)

    def seal_written(self) -> None:
        """Close all segments that hold something."""
        for folder in [each for each, segment in self._open.items() if segment.size]:
            self.seal(folder)

    def close(self) -> None:
        """Close all segments; they are whole, so the journal of them ends."""
        self.seal_all()
        self.journal.close()

    def next_path(self, folder: str, ending: str = ".jsonl") -> str:
        """Return the path of a new file of this writer; may be called by any thread."""
        return f"{folder}/{segment_name(self._instance, next(self._sequence), ending)}"

    def abandon(self) -> None:
        """Close inherited descriptors in a forked child, whose parent goes on writing."""
        for segment in self._open.values():
            os.close(segment.descriptor)
        self._open.clear()
        self.journal.abandon()

    def _create(self, folder: str, ending: str) -> _Segment:
        path = self.next_path(folder, ending)
        self.journal.add(path)
        flags = os.O_CREAT | os.O_EXCL | os.O_APPEND
        descriptor = open_inside(self._root, path, flags, self._mode)
        segment = self._open[folder] = _Segment(path, descriptor, 0)
        if len(self._open) > MAX_OPEN:
            self.seal(next(iter(self._open)))
        return segment


def _sync(descriptor: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)
