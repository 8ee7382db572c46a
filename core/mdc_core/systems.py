"""What systems offer in their own ways: locks of files, positioned reads and writes, users.

Locks are POSIX advisory locks (`flock`) where there are such, else those of Windows (`LockFile`, on
a byte far behind the content, because they keep others from reading what they cover). The system
gives either up when the process that holds it dies.
"""

from __future__ import annotations

import errno
import logging
import os
from typing import Any, Optional

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]
try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]
_windows: Any = None
if fcntl is None:
    try:
        import msvcrt as _windows  # type: ignore[no-redef,unused-ignore]
    except ImportError:
        pass

logger = logging.getLogger("mdc_core")

# No link is followed, no child inherits the file, and its bytes are what was written.
OPEN_FLAGS = (
    getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_BINARY", 0)
)

_LOCKED_BYTE = 1 << 40
_has_warned = False


def try_lock(descriptor: int) -> bool:
    """Take the exclusive lock of an open file if nobody holds it; it is kept until closed.

    Where the system has no locks, this is logged once, and the caller goes on without.
    """
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    elif _windows is not None:
        try:
            _at_locked_byte(descriptor, _windows.LK_NBLCK)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                raise
            return False
    else:
        _warn_of_missing_locks()
    return True


def unlock(descriptor: int) -> None:
    """Give up the lock of an open file."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    elif _windows is not None:
        _at_locked_byte(descriptor, _windows.LK_UNLCK)


def sync_folder(folder: str) -> None:
    """Make the names in a folder last through a loss of power, where a folder can be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Return up to `size` bytes from `offset`; where the file stands may change."""
    if hasattr(os, "pread"):
        return os.pread(descriptor, size, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


def write_at(descriptor: int, content: bytes, offset: int) -> int:
    """Write at `offset` and return how many bytes were written; where it stands may change."""
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, content, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.write(descriptor, content)


def user_id() -> Optional[int]:
    """Return the number of this process's user, None where users have none."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def user_name() -> str:
    """Return the part of a folder's name that distinguishes users in a folder that all share."""
    user = user_id()
    # Where users have no number the temporary folder is a user's own.
    return "user" if user is None else str(user)


def is_of_others(found: os.stat_result) -> bool:
    """Return whether a file or folder is somebody else's, as far as the system tells."""
    user = user_id()
    return user is not None and found.st_uid != user


def most_open_files() -> Optional[int]:
    """Return how many files this process may have open, None without a limit that is known."""
    if resource is None:
        return None
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if limit < 0 else limit


def _at_locked_byte(descriptor: int, mode: int) -> None:
    position = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
    try:
        _windows.locking(descriptor, mode, 1)
    finally:
        os.lseek(descriptor, position, os.SEEK_SET)


def _warn_of_missing_locks() -> None:
    global _has_warned
    if not _has_warned:
        _has_warned = True
        logger.warning(
            "mdc-bridge: this system cannot lock files: let no two processes collect to one folder"
        )
