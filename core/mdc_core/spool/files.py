"""What is done with one file: locked, written whole, read."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .. import native, systems

# Why events are lost that were written.
REMOVED = "spool_removed"

STATE_FOLDER = ".mdc-bridge"
STAGED_FOLDER = f"{STATE_FOLDER}/staged"
# A spool's folder of raw files: the data of one large event each.
RAW_FOLDER = "raw"

PUBLIC_MODE = 0o666  # less what the umask takes: a folder's readers are the owner's choice
PRIVATE_MODE = 0o600

_SHORTEST_PAUSE = 0.0005
_LONGEST_PAUSE = 0.01


class FileSize(NamedTuple):
    """A file of a tree, and how many bytes of it count."""

    path: str
    size: int


class UncutError(OSError):
    """A part of what was to be appended is in the file, and cannot be cut off."""


class RemovedError(OSError):
    """Somebody has removed or cut a file that was kept here; what it held is lost."""


def is_not_there(error: OSError) -> bool:
    """Return whether an error says that the file does not exist, or another thing in its place."""
    return error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def is_inside(path: str) -> bool:
    """Return whether a relative path stays below the folder it is relative to."""
    return bool(path) and "\0" not in path and path[0] != "/" and ".." not in path.split("/")


def write_whole(descriptor: int, content: bytes, offset: int) -> None:
    """Append `content`, or nothing: a write that fails is cut off again.

    Args:
        descriptor: of a file that only this writer, or the holder of its lock, appends to.
        content: what to append.
        offset: length of the file before.

    Raises:
        UncutError: the file has not got back the length it had.
        OSError: the file has the length it had.
    """
    view = memoryview(content)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BaseException as error:
        try:
            os.ftruncate(descriptor, offset)
        except OSError:
            if len(view) < len(content):
                raise UncutError(getattr(error, "errno", None), str(error)) from error
        raise


@contextlib.contextmanager
def locked(descriptor: int, seconds: float) -> Iterator[None]:
    """Hold the exclusive lock of an open file, waiting for it for some seconds.

    Raises:
        BlockingIOError: somebody else has it for longer.
    """
    deadline = time.monotonic() + seconds
    pause = _SHORTEST_PAUSE
    while not systems.try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise BlockingIOError(errno.EAGAIN, "another process holds its lock")
        # Not by `time`, which gevent and eventlet replace: this is the writer's own thread.
        native.Latch().wait_natively(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    try:
        yield
    finally:
        systems.unlock(descriptor)


def read_from(descriptor: int, offset: int, end: int) -> bytes:
    """Return the bytes of a file from `offset` to `end`."""
    parts = []
    while offset < end:
        part = systems.read_at(descriptor, min(end - offset, 1 << 24), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def is_mine(path: Path) -> bool:
    """Return whether a path is a regular file of this user that has no other name."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and not systems.is_of_others(found) and found.st_nlink == 1
