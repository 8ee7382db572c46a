"""A tree of files below a root: opened without following links, and flushed with their names.

A file survives the loss of power when its bytes and its name are on the disk: a name is on the
disk when its folder was flushed, and that of the folder, and so on up. So the tree remembers the
folders in which names are new.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Callable, Optional, Set, TypeVar, Union

from .. import systems
from .files import (
    PRIVATE_MODE,
    PUBLIC_MODE,
    STAGED_FOLDER,
    STATE_FOLDER,
    FileSize,
    RemovedError,
    write_whole,
)

# Network volumes, and folders of others, may refuse to be flushed: then nobody can do it.
_CANNOT_BE_FLUSHED = frozenset(
    {
        errno.EACCES,
        errno.EBADF,
        errno.EINVAL,
        errno.EISDIR,
        errno.ENOENT,
        errno.ENOSYS,
        errno.ENOTDIR,
        errno.ENOTSUP,
        errno.EPERM,
        errno.EROFS,
    }
)
# A file is gone, or somebody has put something else in its place.
_NO_FILE = frozenset({errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.ENXIO})
_TRIES = 5
_Result = TypeVar("_Result")


class Tree:
    """Files below a root; may be used by several threads.

    Args:
        root: made when missing.
        mode: permissions of new files; new folders are as private as they are.

    Attributes:
        root, mode: the same.
    """

    def __init__(self, root: Path, mode: int = PUBLIC_MODE) -> None:
        self.root = root
        self.mode = mode
        # Every change of a set is one step.
        self._changed: Set[Path] = set()

    def place(self, path: str) -> Path:
        """Return where a file lies: names on the disk are UTF-8, whatever the locale."""
        return self.root / _name_of(path)

    def open(self, path: str, flags: int = 0) -> int:
        """Open a file, making its folders when it is to be made, and return its descriptor.

        Args:
            path: relative; made of legal segments.
            flags: added to O_RDWR.

        Raises:
            OSError: also when the file is a symbolic link.
        """
        if not flags & os.O_CREAT:
            # As a text: to make a `Path` costs more than to open the file.
            return _open(os.path.join(self.root, _name_of(path)), flags, self.mode)
        full = self.place(path)
        if not flags & os.O_EXCL:
            try:
                return _open(full, flags & ~os.O_CREAT, self.mode)
            except FileNotFoundError:
                pass
        descriptor = self._in_folder(full.parent, lambda: _open(full, flags, self.mode))
        self._changed.add(full.parent)
        return descriptor

    def open_existing(self, path: str, flags: int = 0) -> Optional[int]:
        """Do the same; return None where there is no such file."""
        try:
            return self.open(path, flags)
        except OSError as error:
            if error.errno in _NO_FILE:
                return None
            raise

    @contextlib.contextmanager
    def opened(self, path: str, flags: int = 0) -> Iterator[int]:
        """Hold a file open, and yield its descriptor; see `open`."""
        descriptor = self.open(path, flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _in_folder(self, folder: Path, make: Callable[[], _Result]) -> _Result:
        """Make something in a folder, which other threads and processes may remove meanwhile."""
        for _ in range(_TRIES):
            try:
                return make()
            except FileNotFoundError:
                with contextlib.suppress(FileNotFoundError):
                    self._make_folders(folder)
        return make()

    def _make_folders(self, folder: Path) -> None:
        missing = [folder]
        while not missing[-1].parent.exists():
            missing.append(missing[-1].parent)
        for each in reversed(missing):
            each.mkdir(mode=0o700 if self.mode == PRIVATE_MODE else 0o777, exist_ok=True)
            self._changed.add(each.parent)

    def rename(self, source: str, target: str) -> None:
        """Give a file another name, in place of what has it."""
        old, new = self.place(source), self.place(target)
        self._in_folder(new.parent, lambda: os.rename(old, new))
        self._changed.add(new.parent)

    def remove(self, path: str) -> bool:
        """Remove a file; return False when it was gone."""
        try:
            os.unlink(self.place(path))
        except FileNotFoundError:
            return False
        self._changed.add(self.place(path).parent)
        return True

    def remove_empty_folders(self, path: str) -> None:
        """Remove the folders that a file was in, as far as they are empty."""
        folder = self.place(path).parent
        try:
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent
                self._changed.add(folder)
        except OSError:
            return  # it is not empty, or was just put to use again

    def write_new(self, path: str, chunks: Iterable[bytes]) -> int:
        """Write a new file, and its content to the disk; nothing stays of one that failed.

        Returns:
            The size of the file.
        """
        size = 0
        with self.opened(path, os.O_CREAT | os.O_EXCL) as descriptor:
            try:
                for chunk in chunks:
                    write_whole(descriptor, chunk, size)
                    size += len(chunk)
                os.fsync(descriptor)
            except BaseException:
                self.remove(path)
                raise
        return size

    def stage(self, path: str, chunks: Iterable[bytes]) -> FileSize:
        """Write a new file, whole and on the disk, to where nobody reads it yet."""
        return FileSize(path, self.write_new(_staged_path(path), chunks))

    def publish(self, path: str) -> None:
        """Give a staged file its name, on the disk; one that has it already is left alone.

        Raises:
            RemovedError: somebody has removed it.
        """
        try:
            self.rename(_staged_path(path), path)
        except FileNotFoundError as error:
            if not self.place(path).exists():
                raise RemovedError(error.errno, error.strerror, path) from error
        # Nothing may refer to it before its name is there for good.
        self.sync_folders()

    def discard(self, path: str) -> None:
        """Remove a staged file."""
        self.remove(_staged_path(path))

    def sync_folders(self) -> None:
        """Flush the names that are new since the last call.

        Raises:
            OSError: the disk fails; the next call tries again.
        """
        for folder in list(self._changed):
            # Before the flush: what is made meanwhile is for the next one.
            self._changed.discard(folder)
            try:
                systems.sync_folder(str(folder))
            except OSError as error:
                if error.errno not in _CANNOT_BE_FLUSHED:
                    self._changed.add(folder)
                    raise

    def set_aside(self, name: str, fragment: bytes) -> None:
        """Keep what is torn or damaged, for people to look at."""
        path = f"{STATE_FOLDER}/torn/{name}"
        with self.opened(path, os.O_CREAT | os.O_APPEND) as descriptor:
            write_whole(descriptor, fragment, os.fstat(descriptor).st_size)

    def can_write(self, size: int) -> bool:
        """Return whether a new file of some bytes can be made and written."""
        probe = f"{STATE_FOLDER}/probe-{os.getpid()}"
        try:
            descriptor = self.open(probe, os.O_CREAT)
            try:
                write_whole(descriptor, bytes(size), 0)
            finally:
                os.close(descriptor)
                os.unlink(self.root / probe)
        except OSError:
            return False
        return True


def path_below(root: Path, folder: str, name: str) -> str:
    """Return the path below a root of what was found in a folder; see `Tree.place`."""
    path = Path(folder, name).relative_to(root).as_posix()
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _staged_path(path: str) -> str:
    return f"{STAGED_FOLDER}/{path.rpartition('/')[2]}"


def _name_of(path: str) -> str:
    return os.fsdecode(path.encode("utf-8", "surrogateescape"))


def _open(path: Union[str, Path], flags: int, mode: int) -> int:
    return os.open(path, os.O_RDWR | systems.OPEN_FLAGS | flags, mode)
