"""Files below a root: opened without following links, locked, written whole, set aside.

File locks are POSIX advisory locks (`flock`) on the open file, which the kernel gives up when
the process that holds them dies.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

STATE_FOLDER = ".mdc-bridge"

PUBLIC_MODE = 0o666  # less what the umask takes: a folder's readers are the owner's choice
PRIVATE_MODE = 0o600

_SHORTEST_PAUSE = 0.0005
_LONGEST_PAUSE = 0.01


class UncutError(OSError):
    """A part of what was to be appended is in the file, and cannot be cut off."""


def is_inside(path: str) -> bool:
    """Return whether a relative path stays below the folder it is relative to."""
    return bool(path) and "\0" not in path and path[0] != "/" and ".." not in path.split("/")


def open_inside(root: Path, path: str, flags: int, mode: int = PUBLIC_MODE) -> int:
    """Open a file below `root`, making its folders, and return its descriptor.

    Args:
        root: made when missing.
        path: relative; made of legal segments.
        flags: added to O_RDWR.
        mode: permissions of a new file; new folders are as private as it is.

    Raises:
        OSError: also when the file is a symbolic link.
    """
    full = root / path
    try:
        return _open(full, flags, mode)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        make_folders(full.parent, mode)
        return _open(full, flags, mode)


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


def can_write(root: Path, size: int, mode: int = PUBLIC_MODE) -> bool:
    """Return whether a new file of some bytes can be made and written below a root."""
    probe = f"{STATE_FOLDER}/probe-{os.getpid()}"
    try:
        descriptor = open_inside(root, probe, os.O_CREAT, mode)
        try:
            write_whole(descriptor, bytes(size), 0)
        finally:
            os.close(descriptor)
            os.unlink(root / probe)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def locked(descriptor: int, seconds: float) -> Iterator[None]:
    """Hold the exclusive lock of an open file, waiting for it for some seconds.

    Raises:
        BlockingIOError: somebody else has it for longer.
    """
    deadline = time.monotonic() + seconds
    pause = _SHORTEST_PAUSE
    while not try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise BlockingIOError(errno.EAGAIN, "another process holds its lock")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def try_lock(descriptor: int) -> bool:
    """Take the exclusive lock of an open file if nobody holds it; it is kept until closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_from(descriptor: int, offset: int, end: int) -> bytes:
    """Return the bytes of a file from `offset` to `end`."""
    parts = []
    while offset < end:
        part = os.pread(descriptor, min(end - offset, 1 << 24), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def set_aside(root: Path, name: str, fragment: bytes, mode: int = PUBLIC_MODE) -> None:
    """Keep a torn fragment for whoever wants to look at it and may; `mode` is for a new file."""
    descriptor = open_inside(root, f"{STATE_FOLDER}/torn/{name}", os.O_CREAT | os.O_APPEND, mode)
    try:
        write_whole(descriptor, fragment, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def staged_path(path: str) -> str:
    """Return where a new file lies until it is whole."""
    return f"{STATE_FOLDER}/staged/{path.rpartition('/')[2]}"


def make_folders(folder: Path, mode: int) -> None:
    """Make a folder and those above it, as private as the files of a mode."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for each in reversed(missing):
        each.mkdir(mode=0o700 if mode == PRIVATE_MODE else 0o777, exist_ok=True)


def _open(path: Path, flags: int, mode: int) -> int:
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, mode)
