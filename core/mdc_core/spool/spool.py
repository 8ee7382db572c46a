"""The spool of one process for one destination that can fail: private files, until acknowledged."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from .files import PRIVATE_MODE, STATE_FOLDER, open_inside, read_from, write_whole
from .journal import Journal, abandoned_journals, repair_segment
from .outbox import Outbox, SpoolFile
from .segments import RawPart, SegmentEnd, Segments

RAW_FOLDER = "raw"
MAX_SEGMENT_BYTES = 64 * 1024 * 1024
_WHOLE = "whole"
_NOTE_BYTES = 128


class Spool:
    """Segments that leave the disk when the destination has acknowledged them.

    The writer's thread appends and tidies; the delivery's thread adopts, moves and finishes.

    Args:
        root: folder, made and secured by `prepare_folder`.
        outbox: told what is there to deliver.
        max_bytes: bound of what waits; see `is_full`.
        segment_bytes: a segment that has grown to this is followed by a new one.
    """

    def __init__(
        self,
        root: Path,
        outbox: Outbox,
        max_bytes: int,
        segment_bytes: int = MAX_SEGMENT_BYTES,
    ) -> None:
        self.root = root
        self._outbox = outbox
        self._max_bytes = max_bytes
        self._segments = Segments(
            root, max_bytes=segment_bytes, mode=PRIVATE_MODE, on_sealed=outbox.seal
        )
        self._adopted: list[_Adopted] = []
        # Folders of segments that take no more; added to by one thread, emptied by the other.
        self._rolled: set[str] = set()
        self._closed = False

    def append(
        self, folder: str, content: bytes, head: bytes, ending: str, raws: Iterable[str] = ()
    ) -> SegmentEnd:
        """Append to this process's segment of a folder; see `Segments.append`.

        Args:
            folder: the segment's.
            content: to append.
            head: put on top of a new segment.
            ending: of a new segment's name.
            raws: staged files that the content refers to; they are delivered first.
        """
        raws = list(raws)
        for raw in raws:
            self._publish(raw)
        try:
            end = self._segments.append(folder, content, head, ending)
        except OSError:
            # What is delivered leaves a full disk only when it is sealed.
            self._segments.seal_written()
            raise
        self._outbox.appended(end.path, end.size, raws)
        return end

    def stage_raw(self, folder: str, chunks: Iterable[bytes]) -> RawPart:
        """Store the data of one event; `append` is told of the file, or `discard_raw`."""
        return self._segments.stage_raw(f"{RAW_FOLDER}/{folder}", chunks)

    def discard_raw(self, path: str) -> None:
        """Remove a file that nothing will refer to."""
        self._segments.discard_raw(path)

    def is_full(self) -> bool:
        """Return whether the bytes that wait have reached the bound.

        What is held up has half of it at most; a dead process may have left more.
        """
        beyond = max(0, self._outbox.held_up_bytes() - self._max_bytes // 2)
        return self._outbox.waiting_bytes() - beyond >= self._max_bytes

    def is_held_up(self, folder: str) -> bool:
        """Return whether a folder waits for a destination that takes everything else, and fills
        the part of the spool that such folders may fill.
        """
        return self._outbox.held_up_bytes(folder) >= self._max_bytes // 2 > 0

    def roll(self, path: str) -> None:
        """Let the writer continue a segment's folder in a new segment."""
        self._rolled.add(path.rpartition("/")[0])

    def tidy(self) -> None:
        """Seal the segments that are to be continued in new ones."""
        while self._rolled:
            self._segments.seal(self._rolled.pop())

    def seal_all(self) -> None:
        """Seal all segments of this process; they are on the disk then."""
        self._segments.seal_all()

    def sync(self) -> None:
        """Flush everything to the disk."""
        self._segments.sync()

    def adopt(self) -> int:
        """Take over what dead processes left; return the number of torn lines set aside."""
        torn = 0
        for journal in abandoned_journals(self.root):
            paths = journal.segments()
            torn += sum(
                repair_segment(self.root, path)
                for path in paths
                if not self.note(path).startswith(_WHOLE)
            )
            sizes = {path: _size(self.root / path) for path in paths}
            self._adopted.append(_Adopted(journal, {path for path in paths if sizes[path]}))
            for path, size in sizes.items():
                if size:
                    self._outbox.appended(path, size)
                    self._outbox.seal(path)
        self._close_finished()
        return torn

    def move_rest(self, file: SpoolFile) -> None:
        """Move what waits in a sealed file into a new one, for a new name at the destination."""
        rest = self.read(file.path, file.delivered, file.size)
        folder, _, name = file.path.rpartition("/")
        path = self._segments.next_path(folder, name[name.index(".") :])
        self._write_new(path, [rest])
        # This one line is the moment of the move: before it the old file counts, after it the new.
        self._journal_of(file.path).strike(file.path, path)
        for adopted in self._adopted:
            if file.path in adopted.paths:
                adopted.paths.add(path)
        self._outbox.moved(file, path)
        self.finish(file)

    def set_apart(self, file: SpoolFile, start: int, size: int) -> str:
        """Give one event of a file a new file of its own; return its path.

        Whoever delivers goes on behind it. A death in between leaves it in both.
        """
        content = self.read(file.path, start, start + size)
        folder, _, name = file.path.rpartition("/")
        path = self._segments.next_path(folder, name[name.index(".") :])
        self._journal_of(file.path).add(path)
        for adopted in self._adopted:
            if file.path in adopted.paths:
                adopted.paths.add(path)
        self._write_new(path, [content])
        self._outbox.set_apart(file, start, path, size)
        return path

    def finish(self, file: SpoolFile) -> None:
        """Remove a file that is delivered; after `close`, the next process does it."""
        if self._closed:
            return
        journal = self._journal_of(file.path)
        for path in (file.path, _note_path(file.path)):
            with contextlib.suppress(FileNotFoundError):
                (self.root / path).unlink()
        journal.strike(file.path)
        _remove_empty_folders(self.root, file.path)
        for adopted in self._adopted:
            adopted.paths.discard(file.path)
        self._close_finished()

    def read(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes of a file.

        Raises:
            FileNotFoundError: somebody removed or shortened the file.
        """
        descriptor = open_inside(self.root, path, 0)
        try:
            content = read_from(descriptor, start, stop)
        finally:
            os.close(descriptor)
        if len(content) < stop - start:
            raise FileNotFoundError(f"{path} has become shorter")
        return content

    def note(self, path: str) -> str:
        """Return what was last noted about a file; empty when nothing was."""
        try:
            return (self.root / _note_path(path)).read_text().rstrip()
        except FileNotFoundError:
            return ""

    def noted_bytes(self, path: str) -> int:
        """Return how much of a file was noted as delivered; 0 when nothing was."""
        count = self.note(path).rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    def note_bytes(self, path: str, count: int) -> None:
        """Note how much of a file is delivered; see `write_note`."""
        whole = self.note(path).startswith(_WHOLE)
        self.write_note(path, f"{_WHOLE} {count}" if whole else str(count))

    def write_note(self, path: str, text: str) -> None:
        """Note something about a file, for after a death of the process; whole or not at all.

        A note that is there is written over in one small write, which needs no room: on a disk
        that is full, delivery has to go on.
        """
        note = _note_path(path)
        content = text.encode().ljust(_NOTE_BYTES)
        try:
            descriptor = open_inside(self.root, note, 0)
        except FileNotFoundError:
            self._create_note(note, content)
            return
        try:
            os.pwrite(descriptor, content, 0)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Release everything; what is not delivered stays for the next process."""
        self.seal_all()
        self._closed = True
        journal = self._segments.journal
        if self._outbox.unfinished():
            journal.abandon()
        else:
            journal.close()
        for adopted in self._adopted:
            adopted.journal.abandon()
        self._adopted.clear()

    def abandon(self) -> None:
        """Close inherited descriptors in a forked child."""
        self._segments.abandon()
        for adopted in self._adopted:
            adopted.journal.abandon()

    def _publish(self, raw: str) -> None:
        self._segments.journal.add(raw)
        # It has no lines; without the note the next start would take it for a torn one.
        self.write_note(raw, _WHOLE)
        self._segments.publish_raw(raw)
        self._outbox.appended(raw, _size(self.root / raw))
        self._outbox.seal(raw)

    def _journal_of(self, path: str) -> Journal:
        for adopted in self._adopted:
            if path in adopted.paths:
                return adopted.journal
        return self._segments.journal

    def _close_finished(self) -> None:
        for adopted in [each for each in self._adopted if not each.paths]:
            adopted.journal.close()
            self._adopted.remove(adopted)

    def _create_note(self, note: str, content: bytes) -> None:
        flags = os.O_CREAT | os.O_TRUNC
        descriptor = open_inside(self.root, f"{note}.new", flags, PRIVATE_MODE)
        try:
            write_whole(descriptor, content, 0)
        finally:
            os.close(descriptor)
        os.replace(self.root / f"{note}.new", self.root / note)

    def _write_new(self, path: str, chunks: Iterable[bytes]) -> int:
        descriptor = open_inside(self.root, path, os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
        size = 0
        try:
            for chunk in chunks:
                write_whole(descriptor, chunk, size)
                size += len(chunk)
            os.fsync(descriptor)
        except BaseException:
            (self.root / path).unlink()
            raise
        finally:
            os.close(descriptor)
        return size


class _Adopted:
    """A dead process's journal and its files that are not finished."""

    def __init__(self, journal: Journal, paths: set[str]) -> None:
        self.journal = journal
        self.paths = paths


def _note_path(path: str) -> str:
    return f"{STATE_FOLDER}/notes/{path.rpartition('/')[2]}"


def _remove_empty_folders(root: Path, path: str) -> None:
    folder = (root / path).parent
    try:
        while folder != root:
            folder.rmdir()
            folder = folder.parent
    except OSError:
        return  # it is not empty, or was just put to use again


def _size(path: Path) -> int:
    """Return the length of a regular file of this user; 0 for anything else."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0
    mine = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_nlink == 1
    return found.st_size if mine else 0
