"""Files below a root: opened without following links, locked, written whole, set aside.

File locks are POSIX advisory locks (`flock`) on the open file, which the kernel gives up when
the process that holds them dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

STATE_FOLDER = ".mdc-bridge"

PUBLIC_MODE = 0o666  # less what the umask takes: a folder's readers are the owner's choice
PRIVATE_MODE = 0o600


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
        _make_folders(full.parent, 0o700 if mode == PRIVATE_MODE else 0o777)
        return _open(full, flags, mode)


def write_whole(descriptor: int, content: bytes, offset: int) -> None:
    """Append `content`, or nothing: a write that fails is cut off again.

    Args:
        descriptor: of a file that only this writer, or the holder of its lock, appends to.
        content: what to append.
        offset: length of the file before.

    Raises:
        OSError: the file has the length it had.
    """
    view = memoryview(content)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BaseException:
        os.ftruncate(descriptor, offset)
        raise


@contextlib.contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Hold the exclusive lock of an open file, waiting for it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
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


def _open(path: Path, flags: int, mode: int) -> int:
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, mode)


def _make_folders(folder: Path, mode: int) -> None:
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for each in reversed(missing):
        each.mkdir(mode=mode, exist_ok=True)
