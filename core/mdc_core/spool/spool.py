"""The spool of one process for one destination that can fail: private files, until acknowledged."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Dict, Set

from ..ids import new_instance_id
from .files import PRIVATE_MODE, REMOVED, FileSize, RemovedError, is_not_there, read_from
from .left_behind import INSTEAD, LeftBehind, instance_of, successor_of
from .notes import Notes
from .outbox import Outbox
from .owners import Owners
from .raws import RAW_FOLDER, discard_raw, publish_raw, stage_raw
from .removed import RemovedFiles
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
        outbox: told what is there to deliver.
        max_bytes: bound of what lies on the disk; see `is_full` and `lacks_room`.
        segment_bytes: a segment that has grown to this is followed by a new one.
        on_damaged: called with what was found damaged and was set aside.
        destination: for people who find the spool; without secrets.
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
        self.root = root
        self._tree = Tree(root, PRIVATE_MODE)
        self._outbox = outbox
        self._max_bytes = max_bytes
        self._notes = Notes(self._tree, on_damaged)
        self._instance = new_instance_id()
        self._owners = Owners(self._tree, self._instance, destination)
        self._left_behind = LeftBehind(self._tree, self._owners, self._notes)
        self._removed = RemovedFiles(self._tree, outbox)
        self._segments = Segments(
            self._tree,
            self._instance,
            max_bytes=min(segment_bytes, max(MIN_SEGMENT_BYTES, max_bytes // _SEGMENT_SHARE)),
            on_sealed=outbox.seal,
        )
        # Of dead processes, the files that are not finished.
        self._adopted: Dict[str, Set[str]] = {}
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
        self._be_seen()
        raws = list(raws)
        for raw in raws:
            publish_raw(self._tree, raw)
            self._outbox.appended(raw, self._tree.place(raw).stat().st_size)
            self._outbox.seal(raw)
        try:
            end = self._segments.append(folder, content, head, ending)
        except OSError:
            # What is delivered leaves a full disk only when it is sealed.
            self._roll_delivered()
            raise
        self._outbox.appended(end.path, end.size, raws)
        return end

    def stage_raw(self, folder: str, chunks: Iterable[bytes]) -> FileSize:
        """Store the data of one event; then `append` names the file, or `discard_raw` does."""
        self._be_seen()
        path = self._segments.next_path(f"{RAW_FOLDER}/{folder}")
        return stage_raw(self._tree, path, chunks)

    def discard_raw(self, path: str) -> None:
        """Remove a staged file that nothing will refer to."""
        discard_raw(self._tree, path)

    def can_write(self, size: int) -> bool:
        """Return whether a new file of some bytes can be made and written."""
        return self._tree.can_write(size)

    def is_full(self, size: int) -> bool:
        """Return whether what waits leaves no room for so many bytes more.

        What is held up has half of it at most; a dead process may have left more.
        """
        beyond = max(0, self._outbox.held_up_bytes() - self._max_bytes // 2)
        waiting = self._outbox.waiting_bytes() - beyond
        return waiting > 0 and waiting + size > self._max_bytes

    def is_held_up(self, folder: str) -> bool:
        """Return whether a folder waits for a destination that takes everything else, and fills
        the part of the spool that such folders may fill.
        """
        return self._outbox.held_up_bytes(folder) >= self._max_bytes // 2 > 0

    def lacks_room(self, size: int) -> bool:
        """Return whether what is delivered has to leave the disk before so many bytes more fit.

        The segments that hold it are ended then; it leaves with the next round of the delivery.
        """
        on_disk = self._outbox.disk_bytes()
        if on_disk == 0 or on_disk + size <= self._max_bytes:
            return False
        return self._roll_delivered() or self._outbox.has_finished()

    def roll(self, path: str) -> None:
        """Let the writer continue a segment's folder in a new segment."""
        self._rolled.add(path.rpartition("/")[0])

    def tidy(self) -> None:
        """End the segments that are to be continued in new ones, and make sure to be seen.

        What somebody has removed is counted.
        """
        for file in self._removed.look_if_due():
            self._give_up(file)
        while self._rolled:
            self._segments.seal(self._rolled.pop())
        on_disk = self._outbox.disk_bytes()
        delivered = on_disk - self._outbox.waiting_bytes()
        if 2 * on_disk > self._max_bytes and 4 * delivered > self._max_bytes:
            self._roll_delivered()
        if self._segments.paths() or self._adopted:
            self._be_seen()

    def seal_all(self) -> None:
        """End all segments of this process; they are on the disk then."""
        self._segments.seal_all()

    def sync(self) -> None:
        """Flush everything to the disk."""
        failed = self._segments.sync()
        for error in failed.values():
            raise error

    def adopt(self) -> int:
        """Take over what dead processes left; return the number of torn lines set aside."""
        torn = 0
        for instance, files in self._left_behind.adopt():
            self._adopted[instance] = set(files.sizes)
            torn += files.torn
            # Any line of that process may refer to any of its raw files.
            raws = [path for path in files.sizes if path.startswith(f"{RAW_FOLDER}/")]
            for path in sorted(files.sizes, key=lambda each: each not in raws):
                behind = () if path in raws else raws
                self._outbox.appended(path, files.sizes[path], behind)
                self._outbox.seal(path)
            self._finish_if_empty(instance)
        return torn

    def has_more_to_adopt(self) -> bool:
        """Return whether `adopt` has left something for its next call."""
        return self._left_behind.has_more

    def move_rest(self, file: SpoolFile) -> None:
        """Move what waits in a sealed file into a new one, for a new name at the destination."""
        path = self._stage_part(file, file.delivered, file.written)
        self._notes.write(path, f"{INSTEAD}{file.path.rpartition('/')[2]}")
        self._notes.sync(path)
        # The moment of the move: before it the old file counts, after it the new.
        self._publish_part(path)
        self._outbox.moved(file, path)
        self.finish(file)

    def set_apart(self, file: SpoolFile, start: int, size: int) -> str:
        """Give one event of a file a new file of its own; return its path.

        Whoever delivers goes on behind it. A death in between leaves it in both.
        """
        path = self._stage_part(file, start, start + size)
        self._publish_part(path)
        self._outbox.set_apart(file, start, path, size)
        return path

    def finish(self, file: SpoolFile) -> None:
        """Remove a file that is delivered; after `close`, the next process does it."""
        if self._closed:
            return
        self._tree.remove(file.path)
        self._tree.remove_empty_folders(file.path)
        self._notes.remove(file.path)
        instance = instance_of(file.path)
        self._adopted.get(instance, set()).discard(file.path)
        self._finish_if_empty(instance)

    def read(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes of a file.

        Raises:
            RemovedError: somebody removed or shortened the file.
        """
        try:
            with self._tree.opened(path) as descriptor:
                content = read_from(descriptor, start, stop)
        except OSError as error:
            if is_not_there(error):
                raise RemovedError(error.errno, error.strerror, path) from error
            raise
        if len(content) < stop - start:
            raise RemovedError(errno.ENOENT, "the file has become shorter", path)
        return content

    def note(self, path: str) -> str:
        """Return what was last noted about a file; empty when nothing was, or it is damaged."""
        text = self._notes.read(path)
        return "" if text.startswith(INSTEAD) else text

    def noted_bytes(self, path: str) -> int:
        """Return how much of a file was noted as delivered; 0 when nothing was."""
        count = self.note(path)
        return int(count) if count.isdecimal() else 0

    def write_note(self, path: str, text: str) -> None:
        """Note something about a file, for after a death of the process; whole or not at all."""
        self._notes.write(path, text)

    def sync_note(self, path: str) -> None:
        """Bring a note to where it survives the loss of power."""
        self._notes.sync(path)

    def look_for_removed(self) -> None:
        """Count what somebody has removed, now."""
        for file in self._removed.look():
            self._give_up(file)

    def close(self) -> None:
        """Release everything; what is not delivered stays for the next process."""
        self.seal_all()
        self._closed = True
        own = any(instance_of(file.path) not in self._adopted for file in self._outbox.unfinished())
        self._owners.close(unfinished=own)
        self._adopted.clear()

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
        return stage_raw(self._tree, path, [self.read(file.path, start, stop)]).path

    def _publish_part(self, path: str) -> None:
        publish_raw(self._tree, path)
        self._adopted.get(instance_of(path), set()).add(path)

    def _give_up(self, file: SpoolFile) -> None:
        """Forget a file that is lost; what is left of one that was cut stays for people."""
        self._segments.leave(file.path)
        instance = instance_of(file.path)
        self._adopted.get(instance, set()).discard(file.path)
        self._finish_if_empty(instance)

    def _finish_if_empty(self, instance: str) -> None:
        if self._adopted.get(instance) == set() and self._adopted.pop(instance, None) is not None:
            self._owners.finish(instance)

    def _be_seen(self) -> None:
        """Keep the lock file by which others see this process alive."""
        lost = self._owners.hold()
        if lost:
            logger.error(
                "mdc-bridge: somebody removed files of the spool %s; what this process wrote there "
                "is delivered by another one",
                self.root,
            )
            for instance in lost:
                self._adopted.pop(instance, None)
            for file in self._outbox.all_files():
                if instance_of(file.path) in lost:
                    self._outbox.forget(file, REMOVED)
            if self._instance in lost:
                self._instance = new_instance_id()
                self._owners.start_over(self._instance)
                self._segments.start_over(self._instance)
                self._owners.hold()

    def _roll_delivered(self) -> bool:
        """End the segments of which most is delivered; return whether there are any."""
        rolled = False
        for path in self._segments.paths():
            if self._outbox.is_mostly_delivered(path):
                self._segments.seal(path.rpartition("/")[0])
                rolled = True
        return rolled
