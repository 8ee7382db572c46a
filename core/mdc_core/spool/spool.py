"""The spool of one process for one destination that can fail: private files, until acknowledged."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Set

from ..ids import new_instance_id
from .files import (
    PRIVATE_MODE,
    RAW_FOLDER,
    REMOVED,
    FileSize,
    RemovedError,
    is_not_there,
    read_from,
)
from .left_behind import LeftBehind, instance_of, successor_of
from .notes import INSTEAD, Notes
from .outbox import Outbox
from .owners import Owners
from .removed import RemovedFiles
from .room import Room
from .segments import Segments
from .spool_file import SpoolFile
from .tree import Tree

logger = logging.getLogger("mdc_core")

MAX_SEGMENT_BYTES = 64 * 1024 * 1024
MIN_SEGMENT_BYTES = 64 * 1024
# A segment is ended when it has so large a part of what may lie on the disk.
_SEGMENT_SHARE = 8


class Spool:
    """Segments that leave the disk when the destination has acknowledged them.

    The writer's thread appends and tidies; the delivery's thread adopts, moves and finishes. What
    lies on the disk is described in `mdc_core.spool`.

    Args:
        root: folder, made and secured by `prepare_folder`.
        outbox: gets the files that are to be delivered.
        max_bytes: bound of what lies on the disk; see `Room`.
        segment_bytes: a segment that has grown to this is followed by a new one.
        on_damaged: called with what was found damaged and was set aside.
        destination: for people who find the spool; without secrets.

    Attributes:
        tree: the files below the root.
        notes: of these files.
        room: what is left of the bound.
        removed: counts what somebody removes.
    """

    def __init__(
        self,
        root: Path,
        outbox: Outbox,
        max_bytes: int,
        segment_bytes: int = MAX_SEGMENT_BYTES,
        on_damaged: Callable[[str], object] = repr,
        destination: str = "",
    ) -> None:
        self.tree = Tree(root, PRIVATE_MODE)
        self._outbox = outbox
        self.notes = Notes(self.tree, on_damaged)
        self._instance = new_instance_id()
        self._owners = Owners(self.tree, self._instance, destination)
        self._left_behind = LeftBehind(self.tree, self._owners, self.notes, outbox)
        self.removed = RemovedFiles(self.tree, outbox, self._give_up)
        self._segments = Segments(
            self.tree,
            self._instance,
            max_bytes=min(segment_bytes, max(MIN_SEGMENT_BYTES, max_bytes // _SEGMENT_SHARE)),
            on_sealed=outbox.seal,
        )
        self.room = Room(outbox, self._segments, max_bytes)
        # Folders of segments that take no more; added to by one thread, emptied by the other.
        self._rolled: Set[str] = set()
        self._closed = False

    def append(
        self, folder: str, content: bytes, head: bytes, ending: str, raws: Iterable[str] = ()
    ) -> FileSize:
        """Append to this process's segment of a folder; see `Segments.append`.

        Args:
            folder: the segment's.
            content: to append.
            head: put on top of a new segment.
            ending: of a new segment's name.
            raws: staged files that the content refers to; they are delivered first.
        """
        self._hold_lock()
        raws = list(raws)
        for raw in raws:
            self.tree.publish(raw)
            self._outbox.appended(raw, self.tree.place(raw).stat().st_size)
            self._outbox.seal(raw)
        try:
            end = self._segments.append(folder, content, head, ending)
        except OSError:
            # What is delivered leaves a full disk only when it is sealed.
            self.room.end_delivered()
            raise
        self._outbox.appended(end.path, end.size, raws)
        return end

    def stage_raw(self, folder: str, chunks: Iterable[bytes]) -> FileSize:
        """Store the data of one event; then `append` names the file, or it is discarded."""
        self._hold_lock()
        path = self._segments.next_path(f"{RAW_FOLDER}/{folder}")
        return self.tree.stage(path, chunks)

    def roll(self, path: str) -> None:
        """Let the writer continue a segment's folder in a new segment."""
        self._rolled.add(path.rpartition("/")[0])

    def tidy(self) -> None:
        """End the segments that are to be continued in new ones, and make sure to be seen.

        What somebody has removed is counted.
        """
        self.removed.look_if_due()
        while self._rolled:
            self._segments.seal(self._rolled.pop())
        self.room.make_some()
        if self._segments.paths() or self._left_behind.adopted:
            self._hold_lock()

    def seal_all(self) -> None:
        """End all segments of this process; they are on the disk then."""
        self._segments.seal_all()

    def sync(self) -> None:
        """Flush everything to the disk."""
        for error in self._segments.sync().values():
            raise error

    def adopt(self) -> int:
        """Take over what dead processes left; return the number of torn lines set aside."""
        return self._left_behind.adopt()

    def has_more_to_adopt(self) -> bool:
        """Return whether `adopt` has left something for its next call."""
        return self._left_behind.has_more

    def move_rest(self, file: SpoolFile) -> None:
        """Move what waits in a sealed file into a new one, for a new name at the destination."""
        path = self._stage_part(file, file.delivered, file.written)
        self.notes.write(path, f"{INSTEAD}{file.path.rpartition('/')[2]}")
        self.notes.sync(path)
        # The moment of the move: before it the old file counts, after it the new.
        self._publish_part(path)
        self._outbox.moved(file, path)
        self.finish(file)

    def set_apart(self, file: SpoolFile, start: int, size: int) -> str:
        """Give one event of a file a new file of its own; return its path.

        The delivery goes on behind it. A death in between leaves it in both.
        """
        path = self._stage_part(file, start, start + size)
        self._publish_part(path)
        self._outbox.set_apart(file, start, path, size)
        return path

    def finish(self, file: SpoolFile) -> None:
        """Remove a file that is delivered; after `close`, the next process does it."""
        if self._closed:
            return
        self.tree.remove(file.path)
        self.tree.remove_empty_folders(file.path)
        self.notes.remove(file.path)
        self._left_behind.discard(file.path)

    def read(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes of a file.

        Raises:
            RemovedError: somebody removed or shortened the file.
        """
        try:
            with self.tree.opened(path) as descriptor:
                content = read_from(descriptor, start, stop)
        except OSError as error:
            if is_not_there(error):
                raise RemovedError(error.errno, error.strerror, path) from error
            raise
        if len(content) < stop - start:
            raise RemovedError(errno.ENOENT, "the file has become shorter", path)
        return content

    def close(self) -> None:
        """Release everything; what is not delivered stays for the next process."""
        self.seal_all()
        self._closed = True
        unfinished = {instance_of(file.path) for file in self._outbox.unfinished()}
        self._owners.close(bool(unfinished - self._left_behind.adopted.keys()))
        self._left_behind.adopted.clear()

    def abandon(self) -> None:
        """Close inherited descriptors in a forked child."""
        self._segments.abandon()
        self._owners.abandon()

    def _stage_part(self, file: SpoolFile, start: int, stop: int) -> str:
        """Stage a part of a file under a new name of the same process: one owner has both."""
        if instance_of(file.path) == self._instance:
            folder, _, name = file.path.rpartition("/")
            path = self._segments.next_path(folder, name[name.index(".") :])
        else:
            path = successor_of(file.path)
        return self.tree.stage(path, [self.read(file.path, start, stop)]).path

    def _publish_part(self, path: str) -> None:
        self.tree.publish(path)
        self._left_behind.add(path)

    def _give_up(self, file: SpoolFile) -> None:
        """Forget a file that is lost; what is left of one that was cut stays for people."""
        self._segments.leave(file.path)
        self._left_behind.discard(file.path)

    def _hold_lock(self) -> None:
        """Keep the lock file by which others see this process alive."""
        lost = self._owners.hold()
        if lost:
            logger.error(
                "mdc-bridge: somebody removed files of the spool %s; what this process wrote there "
                "is delivered by another one",
                self.tree.root,
            )
            for instance in lost:
                self._left_behind.adopted.pop(instance, None)
            for file in self._outbox.all_files():
                if instance_of(file.path) in lost:
                    self._outbox.forget(file, REMOVED)
            if self._instance in lost:
                self._instance = new_instance_id()
                self._owners.start_over(self._instance)
                self._segments.start_over(self._instance)
                self._owners.hold()
