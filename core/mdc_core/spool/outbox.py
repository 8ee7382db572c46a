"""The outbox: which spool files hold bytes that the destination has not acknowledged."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple, Optional

from ..data.receipts import Receipt, Share


@dataclass
class _Mark:
    """What a file holds of a receipt: so many events, in the bytes before `end`."""

    end: int = 0
    events: int = 0


@dataclass
class SpoolFile:
    """One file on its way.

    `size` and `sealed` are changed by the writer's thread, the rest by the delivery's.

    Attributes:
        path: below the spool's root; for JSONL also the path at the destination.
        size: bytes that are written.
        delivered: bytes that are acknowledged, from the start.
        sealed: nothing will be appended any more.
        since: monotonic seconds since when bytes wait; None when none do.
    """

    path: str
    size: int = 0
    delivered: int = 0
    sealed: bool = False
    since: Optional[float] = None
    # What is to be told when bytes are acknowledged or lost; under the outbox's lock.
    marks: dict[Receipt, _Mark] = field(default_factory=dict, repr=False, compare=False)

    @property
    def waiting(self) -> int:
        """Bytes written and not acknowledged."""
        return self.size - self.delivered


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
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def appended(self, path: str, size: int) -> None:
        """A file has grown to `size` bytes."""
        with self._lock:
            file = self._files.setdefault(path, SpoolFile(path))
            file.size = size
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
                    mark = file.marks[share.receipt] = _Mark()
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
            file.delivered = delivered
            file.since = self.clock() if file.waiting else None
            settled = [each for each, mark in file.marks.items() if mark.end <= delivered]
            for receipt in settled:
                del file.marks[receipt]
            reached = self._reached()
        for receipt in settled:
            receipt.settle()
        for callback in reached:
            callback()

    def refused(self, file: SpoolFile, start: int, reason: str) -> bool:
        """The destination will never take one event of a file.

        Args:
            file: that holds it.
            start: where its line begins.
            reason: to count it by.

        Returns:
            Whether it is counted; who took over the file of a dead process has no receipts.
        """
        with self._lock:
            marks = [(mark.end, each) for each, mark in file.marks.items() if mark.end > start]
            if not marks:
                return False
            receipt = min(marks, key=itemgetter(0))[1]
            mark = file.marks[receipt]
            mark.events = max(0, mark.events - 1)
        receipt.lose(reason, 1)
        return True

    def moved(self, file: SpoolFile, path: str) -> None:
        """What waits in a sealed file waits in a new one, also sealed, from now on."""
        with self._lock:
            marks = {
                each: _Mark(m.end - file.delivered, m.events) for each, m in file.marks.items()
            }
            file.marks = {}
            self._files[path] = SpoolFile(path, file.waiting, 0, True, file.since, marks)
            for sizes in (*(checkpoint.sizes for checkpoint in self._checkpoints), self._grown):
                size = sizes.pop(file.path, 0)
                if size > file.delivered:
                    sizes[path] = size - file.delivered
            self._files.pop(file.path, None)

    def forget(self, file: SpoolFile, lost: str = "") -> None:
        """A file is gone: delivered, or what was left of it is lost for a reason."""
        with self._lock:
            self._files.pop(file.path, None)
            marks, file.marks = file.marks, {}
            reached = self._reached()
        for receipt, mark in marks.items():
            receipt.lose(lost, mark.events)
            receipt.settle()
        for callback in reached:
            callback()

    def waiting_bytes(self) -> int:
        """Return the number of bytes that are not acknowledged."""
        with self._lock:
            return sum(file.waiting for file in self._files.values())

    def oldest_age(self) -> float:
        """Return for how many seconds the oldest bytes have been waiting."""
        with self._lock:
            since = [file.since for file in self._files.values() if file.since is not None]
            return self.clock() - min(since) if since else 0.0

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
