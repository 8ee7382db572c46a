"""Segment files: the JSONL files of one writer, which no other process ever appends to."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TypeVar

from .. import systems
from ..layouts import segment_name
from ..open_file import OpenFile
from .files import FileSize, UncutError, is_not_there, write_whole
from .repair import note_cut
from .tree import Tree

# Folders whose segment is continued; lines for any other start a new one.
MAX_SEGMENTS = 256
# At most so many segments are open at a time, if the process may open eight times as many files.
# Beyond this bound each append opens a file, which costs twice as much as the append.
MAX_OPEN = 256
MAX_SEGMENT_BYTES = 1 << 30
_Result = TypeVar("_Result")


class _Segment:
    __slots__ = ("file", "path", "size", "unsynced")

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self.file = OpenFile()
        self.unsynced = True


class Segments:
    """Appends lines to one file for each folder, named by this writer's instance id.

    A segment ends when `MAX_SEGMENTS` others were used since; lines for its folder then start a
    new one, so files of past hours end by themselves.

    Args:
        tree: of the files.
        instance: 32 hex digits.
        on_new: called before a segment is made, with its path and those that are not ended.
        max_bytes: a segment that has grown to this is followed by a new one.
        on_sealed: called with the path of a segment that is complete.
    """

    def __init__(
        self,
        tree: Tree,
        instance: str,
        on_new: Callable[[str, Iterable[str]], None] = lambda *_: None,
        max_bytes: int = MAX_SEGMENT_BYTES,
        on_sealed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._tree = tree
        self._instance = instance
        self._on_new = on_new
        self._max_bytes = max_bytes
        self._on_sealed = on_sealed
        self._sequence = itertools.count()
        # Least recently used first.
        self._segments: OrderedDict[str, _Segment] = OrderedDict()
        # Open segments by path, least recently used first; foreign code may have closed some.
        self._opened: OrderedDict[str, _Segment] = OrderedDict()
        # Paths that `on_new` was called with, of segments that could not be created.
        self._not_created: dict[str, str] = {}
        # A process with a low limit keeps most of its descriptors for itself.
        limit = systems.most_open_files()
        self._max_open = MAX_OPEN if limit is None else max(1, min(MAX_OPEN, limit // 8))

    def append(
        self, folder: str, lines: bytes, head: bytes = b"", ending: str = ".jsonl"
    ) -> FileSize:
        """Append whole lines.

        Args:
            folder: the segment's.
            lines: to append.
            head: put on top of a new segment.
            ending: of a new segment's name.

        Returns:
            The segment and its length now.

        Raises:
            OSError: the segment is as it was, or another is used from now on.
        """
        segment = self._segments.get(folder)
        if segment is not None and segment.size >= self._max_bytes:
            self.seal(folder)
            segment = None
        if segment is not None and not self._is_usable(segment):
            # Somebody removed or cut it: nobody would find what is written there now.
            self._leave(folder)
            segment = None
        if segment is None:
            segment = self._create(folder, ending)
        self._segments.move_to_end(folder)
        self._opened.move_to_end(segment.path)
        content = head + lines if segment.size == 0 else lines
        try:
            write_whole(segment.file.descriptor, content, segment.size)
        except UncutError:
            self._leave(folder)
            with contextlib.suppress(OSError):
                note_cut(self._tree, segment.path, segment.size)
            raise
        segment.size += len(content)
        segment.unsynced = True
        return FileSize(segment.path, segment.size)

    def sync(self) -> dict[str, OSError]:
        """Flush all segments and their names to the disk.

        Returns:
            The errors, by folder.
        """
        failed: dict[str, OSError] = {}
        for folder, segment in self._segments.items():
            if segment.unsynced:
                try:
                    self._sync(segment)
                except OSError as error:
                    failed[folder] = error
        self._with_descriptors(self._tree.sync_folders)
        return failed

    def seal(self, folder: str) -> None:
        """End the segment of a folder, if there is one; the next lines start a new one."""
        segment = self._segments.get(folder)
        if segment is None:
            return
        try:
            self._sync(segment)
        finally:
            self._leave(folder)

    def seal_all(self) -> None:
        """End all segments."""
        for folder in list(self._segments):
            self.seal(folder)
        self._tree.sync_folders()

    def leave(self, path: str) -> None:
        """Stop using a segment that somebody has removed, or taken elsewhere."""
        folder = path.rpartition("/")[0]
        segment = self._segments.get(folder)
        if segment is not None and segment.path == path:
            self._leave(folder)

    def paths(self) -> list[str]:
        """Return the segments that are not ended."""
        return [segment.path for segment in self._segments.values()]

    def next_path(self, folder: str, ending: str = ".jsonl") -> str:
        """Return the path of a new file of this writer; may be called by any thread."""
        return f"{folder}/{segment_name(self._instance, next(self._sequence), ending)}"

    def abandon(self) -> None:
        """Close inherited descriptors in a forked child, whose parent goes on writing."""
        self._close_all()
        self._segments.clear()

    def start_over(self, instance: str) -> None:
        """Use another id from now on."""
        self.abandon()
        self._instance = instance

    def _create(self, folder: str, ending: str) -> _Segment:
        path = self._not_created.pop(folder, "")
        if not path:
            path = self.next_path(folder, ending)
            self._on_new(path, (each.path for each in self._segments.values()))
        segment = _Segment(path)
        try:
            self._open(segment, os.O_CREAT | os.O_EXCL | os.O_APPEND)
        except OSError as error:
            # Where the name is taken, the next one is free.
            if not isinstance(error, FileExistsError) and len(self._not_created) < MAX_SEGMENTS:
                self._not_created[folder] = path
            raise
        self._segments[folder] = segment
        if len(self._segments) > MAX_SEGMENTS:
            self.seal(next(iter(self._segments)))
        return segment

    def _is_usable(self, segment: _Segment) -> bool:
        """Return whether a segment is what this writer left, and open it if it is not open."""
        found = segment.file.look()
        if found is None:
            try:
                self._open(segment, os.O_APPEND)
            except OSError as error:
                if is_not_there(error):
                    return False
                raise
            found = segment.file.look()
        return found is not None and found.st_nlink > 0 and found.st_size == segment.size

    def _open(self, segment: _Segment, flags: int) -> None:
        """Open a segment.

        Raises:
            FileNotFoundError: what has its name now is another file.
        """
        while len(self._opened) >= self._max_open:
            self._opened.popitem(last=False)[1].file.close()
        descriptor = self._with_descriptors(lambda: self._tree.open(segment.path, flags))
        if segment.file.was_kept and not segment.file.was(os.fstat(descriptor)):
            os.close(descriptor)
            raise FileNotFoundError(errno.ENOENT, "another file is in its place", segment.path)
        segment.file.keep(descriptor)
        self._opened[segment.path] = segment

    def _with_descriptors(self, make: Callable[[], _Result]) -> _Result:
        """Call what opens files; when the process has no descriptors left, close ours and retry."""
        try:
            return make()
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
        self._close_all()
        self._max_open = max(1, self._max_open // 2)
        return make()

    def _close_all(self) -> None:
        for segment in self._opened.values():
            segment.file.close()
        self._opened.clear()

    def _sync(self, segment: _Segment) -> None:
        try:
            if segment.file.look() is None:
                self._open(segment, os.O_APPEND)
            getattr(os, "fdatasync", os.fsync)(segment.file.descriptor)  # not all systems have it
        except FileNotFoundError:
            pass  # its reader has taken it away
        segment.unsynced = False

    def _leave(self, folder: str) -> None:
        segment = self._segments.pop(folder)
        self._opened.pop(segment.path, None)
        segment.file.close()
        self._on_sealed(segment.path)
