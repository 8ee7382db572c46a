"""The outbox: which spool files hold bytes that the destination has not acknowledged."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Dict, NamedTuple

from .. import native
from ..data.receipts import Share
from .spool_file import Mark, SpoolFile


class _Checkpoint(NamedTuple):
    # Only of the files that grew since the checkpoint before, which is reached before this one:
    # an outage of days holds many checkpoints.
    sizes: dict[str, int]
    callback: Callable[[], None]


@dataclass
class Outbox:
    """The files of one spool that are not finished.

    `_lock` protects all fields, and is never held during I/O or callbacks.

    Attributes:
        clock: monotonic seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _files: dict[str, SpoolFile] = field(default_factory=dict)
    _grown: dict[str, int] = field(default_factory=dict)
    _checkpoints: deque[_Checkpoint] = field(default_factory=deque)
    # Folders of which nothing is delivered, and what waits in their files, as of the last round.
    _held_up: Dict[str, int] = field(default_factory=dict)
    _lock: native.Mutex = field(default_factory=native.Mutex)

    def appended(self, path: str, size: int, raws: Iterable[str] = ()) -> None:
        """A file has grown to `size` bytes; the new ones refer to raw files."""
        with self._lock:
            file = self._files.setdefault(path, SpoolFile(path))
            file.behind += [(file.written, raw) for raw in raws if raw in self._files]
            file.divide(size)
            self._grown[path] = size
            if file.since is None:
                file.since = self.clock()

    def follow(self, path: str, end: int, shares: Sequence[Share]) -> None:
        """Tell receipts what becomes of a file's first `end` bytes, which were just appended."""
        with self._lock:
            file = self._files.get(path)
            if file is None or file.delivered >= end:
                return
            for share in shares:
                mark = file.marks.get(share.receipt)
                if mark is None:
                    share.receipt.expect()
                    mark = file.marks[share.receipt] = Mark()
                mark.end = end
                mark.events += share.events

    def seal(self, path: str) -> None:
        """A file is complete."""
        with self._lock:
            file = self._files.get(path)
            if file is not None:
                file.sealed = True

    def checkpoint(self, callback: Callable[[], None]) -> None:
        """Call `callback`, from any thread, when everything appended so far is acknowledged."""
        with self._lock:
            checkpoint = _Checkpoint(self._grown, callback)
            self._grown = {}
            if self._checkpoints or not self._is_reached(checkpoint):
                self._checkpoints.append(checkpoint)
                return
        callback()

    def unfinished(self) -> list[SpoolFile]:
        """Return the files with bytes to deliver, and sealed ones to clean up; oldest first."""
        with self._lock:
            return [file for file in self._files.values() if file.waiting or file.sealed]

    def acknowledged(self, file: SpoolFile, delivered: int) -> None:
        """The destination holds the first `delivered` bytes of a file."""
        with self._lock:
            folder = file.path.rpartition("/")[0]
            if delivered > file.delivered and folder in self._held_up:
                # A new dictionary, because readers take no lock.
                self._held_up = {each: n for each, n in self._held_up.items() if each != folder}
            file.delivered = delivered
            file.since = self.clock() if file.waiting else None
            settled = [each for each, mark in file.marks.items() if mark.end <= delivered]
            for receipt in settled:
                del file.marks[receipt]
            calls = [*(receipt.settle for receipt in settled), *self._reached()]
        for call in calls:
            call()

    def refused(self, file: SpoolFile, start: int, reason: str) -> bool:
        """The destination will never take one event of a file.

        Args:
            file: that holds it.
            start: where its line begins.
            reason: to count it by.

        Returns:
            Whether it is counted; files of a dead process have no receipts here.
        """
        with self._lock:
            receipt = file.part_with(start)
        if receipt is not None:
            receipt.lose(reason, 1)
        return receipt is not None

    def set_apart(self, file: SpoolFile, start: int, path: str, size: int) -> None:
        """One event of a file, which begins at `start`, waits in a new and sealed one instead."""
        with self._lock:
            apart = self._files[path] = SpoolFile(path, size, sealed=True, since=self.clock())
            receipt = file.part_with(start)
            if receipt is not None:
                receipt.expect()
                apart.marks[receipt] = Mark(size, 1)
            for sizes in (*(checkpoint.sizes for checkpoint in self._checkpoints), self._grown):
                if sizes.get(file.path, 0) > start:
                    sizes[path] = size

    def moved(self, file: SpoolFile, path: str) -> None:
        """What waits in a sealed file waits in a new one, also sealed, from now on."""
        with self._lock:
            start = file.delivered
            new = self._files[path] = SpoolFile(path, sealed=True, since=file.since)
            new.marks = {each: Mark(m.end - start, m.events) for each, m in file.marks.items()}
            new.behind = [(max(0, offset - start), raw) for offset, raw in file.behind]
            new.divide(file.waiting)
            file.marks = {}
            for sizes in (*(checkpoint.sizes for checkpoint in self._checkpoints), self._grown):
                size = sizes.pop(file.path, 0)
                if size > start:
                    sizes[path] = size - start
            self._files.pop(file.path, None)

    def forget(self, file: SpoolFile, lost: str = "") -> None:
        """A file is gone: delivered, or what was left of it is lost for a reason."""
        with self._lock:
            calls = self._remove(file, lost)
        for call in calls:
            call()

    def lose(self, file: SpoolFile, reason: str) -> int:
        """What waits in a file is lost for a reason.

        Returns:
            The number of bytes; 0 when somebody else was first, or has delivered it.
        """
        with self._lock:
            size = file.waiting if self._files.get(file.path) is file else 0
            if not size:
                return 0
            calls = self._remove(file, reason)
        for call in calls:
            call()
        return size

    def _remove(self, file: SpoolFile, lost: str) -> list[Callable[[], None]]:
        """Remove a file; return what is to be called without the lock."""
        self._files.pop(file.path, None)
        marks, file.marks = file.marks, {}
        losses = [partial(receipt.lose, lost, mark.events) for receipt, mark in marks.items()]
        for other in self._files.values():
            if other.behind:
                here = [offset for offset, raw in other.behind if raw == file.path]
                # The lines are delivered, the data that they refer to are not.
                orphans = [other.part_with(offset) for offset in here] if lost else []
                losses += [partial(each.lose, lost, 1) for each in orphans if each is not None]
                other.behind = [each for each in other.behind if each[1] != file.path]
                other.divide(other.written)
        return [*losses, *(receipt.settle for receipt in marks), *self._reached()]

    def hold_up(self, paths: Collection[str]) -> None:
        """The destination takes nothing of these files, and goes on with all others."""
        if not paths and not self._held_up:
            return
        with self._lock:
            waiting: Counter[str] = Counter()
            going_on = set()
            for file in self._files.values():
                folder = file.path.rpartition("/")[0]
                if file.path in paths:
                    waiting[folder] += file.waiting
                elif file.waiting:
                    going_on.add(folder)
            self._held_up = {each: waiting[each] for each in waiting if each not in going_on}

    def held_up_bytes(self, folder: str = "") -> int:
        """Return how many bytes wait in all folders that are held up; 0 when one of them is not.

        Args:
            folder: that is asked about; empty for any.
        """
        held_up = self._held_up
        return sum(held_up.values()) if not folder or folder in held_up else 0

    def all_files(self) -> list[SpoolFile]:
        """Return all files that are on the disk."""
        with self._lock:
            return list(self._files.values())

    def disk_bytes(self) -> int:
        """Return the number of bytes on the disk, acknowledged or not."""
        return sum(file.written for file in list(self._files.values()))

    def is_mostly_delivered(self, path: str) -> bool:
        """Return whether most of what a file takes on the disk is acknowledged."""
        file = self._files.get(path)
        return file is not None and file.delivered > file.waiting

    def has_finished(self) -> bool:
        """Return whether a file is about to leave the disk."""
        return any(file.sealed and not file.waiting for file in list(self._files.values()))

    def waiting_bytes(self) -> int:
        """Return the number of bytes that are not acknowledged."""
        return sum(file.waiting for file in list(self._files.values()))

    def oldest_age(self) -> float:
        """Return for how many seconds the oldest bytes have been waiting."""
        since = [file.since for file in list(self._files.values())]
        waiting = [each for each in since if each is not None]
        return self.clock() - min(waiting) if waiting else 0.0

    def _reached(self) -> list[Callable[[], None]]:
        reached = []
        while self._checkpoints and self._is_reached(self._checkpoints[0]):
            reached.append(self._checkpoints.popleft().callback)
        return reached

    def _is_reached(self, checkpoint: _Checkpoint) -> bool:
        files = self._files
        return all(
            path not in files or files[path].delivered >= size
            for path, size in checkpoint.sizes.items()
        )
