"""Segment files: the JSONL files of one writer, which no other process ever appends to."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..data.events import RawFile
from ..ids import new_instance_id
from ..layouts import segment_name
from .files import STATE_FOLDER, open_inside, write_whole
from .journal import Journal

MAX_OPEN = 64
MAX_SEGMENT_BYTES = 1 << 30


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
    """

    def __init__(
        self, root: Path, instance: str | None = None, max_bytes: int = MAX_SEGMENT_BYTES
    ) -> None:
        self._root = root
        self._instance = instance or new_instance_id()
        self._max_bytes = max_bytes
        self._sequence = 0
        self._open: OrderedDict[str, _Segment] = OrderedDict()
        self._journal = Journal(root, self._instance)

    def append(self, folder: str, lines: bytes) -> None:
        """Append whole lines; raises OSError with the segment as it was."""
        segment = self._open.get(folder)
        if segment is not None and segment.size >= self._max_bytes:
            self._close(folder)
            segment = None
        if segment is None:
            segment = self._create(folder)
        self._open.move_to_end(folder)
        write_whole(segment.descriptor, lines, segment.size)
        segment.size += len(lines)
        segment.unsynced = True

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        """Write a file of its own; it appears under its name only when it is whole."""
        path = self._next_path(folder)
        staged = f"{STATE_FOLDER}/staged/{Path(path).name}"
        descriptor = open_inside(self._root, staged, os.O_CREAT | os.O_EXCL)
        size = 0
        try:
            for chunk in chunks:
                write_whole(descriptor, chunk, size)
                size += len(chunk)
            os.fsync(descriptor)
            target = self._root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(self._root / staged, target)
        except BaseException:
            os.unlink(self._root / staged)
            raise
        finally:
            os.close(descriptor)
        return RawFile(target.as_uri(), size)

    def sync(self) -> None:
        """Flush all segments to the disk."""
        for segment in self._open.values():
            if segment.unsynced:
                _sync(segment.descriptor)
                segment.unsynced = False

    def close(self) -> None:
        """Close all segments; they are whole, so the journal of them ends."""
        for folder in list(self._open):
            self._close(folder)
        self._journal.close()

    def abandon(self) -> None:
        """Close inherited descriptors in a forked child, whose parent goes on writing."""
        for segment in self._open.values():
            os.close(segment.descriptor)
        self._open.clear()
        self._journal.abandon()

    def _create(self, folder: str) -> _Segment:
        path = self._next_path(folder)
        self._journal.add(path)
        descriptor = open_inside(self._root, path, os.O_CREAT | os.O_EXCL | os.O_APPEND)
        segment = self._open[folder] = _Segment(path, descriptor, 0)
        if len(self._open) > MAX_OPEN:
            self._close(next(iter(self._open)))
        return segment

    def _close(self, folder: str) -> None:
        segment = self._open.pop(folder)
        try:
            _sync(segment.descriptor)
        finally:
            os.close(segment.descriptor)

    def _next_path(self, folder: str) -> str:
        path = f"{folder}/{segment_name(self._instance, self._sequence)}"
        self._sequence += 1
        return path


def _sync(descriptor: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)
