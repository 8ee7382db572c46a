"""CSV files on a folder that the workers of a server share: one header, whole rows, each row once.

Beside each file, in the state folder, lies a small file with the length up to which the CSV is
known to be whole. It carries the lock under which one writer at a time appends, and it tells the
rows of a killed writer's last, unfinished append from those before.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Set, Tuple

from .. import systems
from .files import STATE_FOLDER, UncutError, locked, read_from, write_whole
from .tree import Tree

LOCK_SECONDS = 0.1
_LENGTH_BYTES = 8
# Added to a length: its writer gave up the bytes after it.
_EXACT = 1 << 63


class _Length(NamedTuple):
    """How long the file is known to be whole; exactly, when nothing behind it counts."""

    bytes: int
    exact: bool


class SharedCsv:
    """Appends to CSV files below a root.

    Args:
        root: folder of the tree.
    """

    def __init__(self, root: Path) -> None:
        self._tree = Tree(root)
        self._unsynced: Set[str] = set()
        # Files whose lock somebody else had for longer than a turn.
        self._busy: Set[str] = set()
        # Files whose torn end is set aside, and could not be cut off.
        self._uncut: Set[str] = set()

    def append(self, path: str, header: bytes, rows: bytes) -> int:
        """Append rows, below the header when the file is empty.

        Returns:
            The number of torn rows that were set aside: 0 or 1.

        Raises:
            BlockingIOError: somebody else holds the lock.
            OSError: the file is as it was, or will be before anything else is appended to it.
        """
        state = self._tree.open(_state_path(path), os.O_CREAT)
        try:
            # Other threads should not wait for a process that does not give the lock back.
            with locked(state, 0.0 if path in self._busy else LOCK_SECONDS):
                self._busy.discard(path)
                torn = self._append(state, path, header, rows)
        except BlockingIOError:
            self._busy.add(path)
            raise
        finally:
            os.close(state)
        self._unsynced.add(path)
        return torn

    def _append(self, state: int, path: str, header: bytes, rows: bytes) -> int:
        descriptor = self._tree.open(path, os.O_CREAT | os.O_APPEND)
        try:
            torn, size, gap = self._repair(descriptor, path, _read_length(state))
            _write_length(state, size)
            content = (header if size == 0 else gap) + rows
            try:
                write_whole(descriptor, content, size)
            except UncutError:
                # Not one byte of it counts: all of it is offered again.
                _write_length(state, size, exact=True)
                raise
            with contextlib.suppress(OSError):  # the next append finds the rows whole
                _write_length(state, size + len(content))
        finally:
            os.close(descriptor)
        return torn

    def sync(self) -> Dict[str, OSError]:
        """Flush the files appended to since the last call, and their names, to the disk.

        Returns:
            By path, what was in the way; these files are flushed by the next call.
        """
        failed: Dict[str, OSError] = {}
        for path in list(self._unsynced):
            try:
                with self._tree.opened(path) as descriptor:
                    os.fsync(descriptor)
            except FileNotFoundError:
                pass  # its owner has taken it away
            except OSError as error:
                failed[path] = error
                continue
            self._unsynced.discard(path)
        self._tree.sync_folders()
        return failed

    def _repair(
        self, descriptor: int, path: str, noted: Optional[_Length]
    ) -> Tuple[int, int, bytes]:
        """Cut the file to whole rows.

        Returns:
            The number of torn rows, the length now, and what must stand before the next row.
        """
        size = os.fstat(descriptor).st_size
        if noted is None or noted.bytes > size:
            start, exact = 0, False
        else:
            start, exact = noted
        if start == size:
            return 0, size, b""
        tail = read_from(descriptor, start, size)
        end = start if exact else start + end_of_last_row(tail)
        if end == size:
            return 0, size, b""
        if noted is None and tail.count(b'"') % 2 == 0:
            # Somebody else's file: its last row is whole, only its line feed is missing.
            return 0, size, b"\r\n"
        if path not in self._uncut:
            self._tree.set_aside(Path(_state_path(path)).name, tail[end - start :])
        self._uncut.add(path)
        os.ftruncate(descriptor, end)
        self._uncut.discard(path)
        return 1, end, b""


def end_of_last_row(content: bytes) -> int:
    """Return the offset behind the last line feed that is not inside quotes.

    Args:
        content: begins at the start of a row.
    """
    stop = len(content)
    quotes = content.count(b'"')
    while True:
        found = content.rfind(b"\n", 0, stop)
        if found < 0:
            return 0
        quotes -= content.count(b'"', found, stop)
        if quotes % 2 == 0:
            return found + 1
        stop = found


def _state_path(path: str) -> str:
    return f"{STATE_FOLDER}/csv/{hashlib.sha256(path.encode()).hexdigest()[:32]}"


def _read_length(state: int) -> Optional[_Length]:
    text = systems.read_at(state, _LENGTH_BYTES, 0)
    if len(text) < _LENGTH_BYTES:
        return None
    number = int.from_bytes(text, "big")
    return _Length(number & ~_EXACT, bool(number & _EXACT))


def _write_length(state: int, length: int, exact: bool = False) -> None:
    systems.write_at(state, (length | (_EXACT if exact else 0)).to_bytes(_LENGTH_BYTES, "big"), 0)
