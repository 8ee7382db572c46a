"""A folder of the local file system as a tree of files."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from errno import ENOENT
from pathlib import Path
from typing import BinaryIO

from mdc_core.errors import MissingFileError, StoreError, UnreadableFileError

from .atomic import put, replacing
from .base import PRIVATE_FOLDER, FileInfo, Files
from .scratch import scratch_folder


class FolderFiles(Files):
    """The files below a folder.

    Args:
        root: made by the first write.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def __str__(self) -> str:
        return str(self._root)

    @property
    def url(self) -> str:
        return self._root.absolute().as_uri()

    def find(self, folder: str = "") -> Iterator[FileInfo]:
        with self._translated(folder):
            if not self._root.is_dir():
                raise MissingFileError(f"{self._root} is not a folder; valid: one that exists")
            yield from self._below(folder, frozenset())

    def open(self, path: str) -> BinaryIO:
        try:
            with self._translated(path):
                return open(self._root / path, "rb")
        except MissingFileError:
            raise
        except StoreError as error:
            raise UnreadableFileError(str(error)) from error

    def read(self, path: str) -> bytes:
        with self._translated(path):
            return (self._root / path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        with self._translated(path), replacing(self._target(path)) as stream:
            stream.write(content)

    def publish(self, path: str, local: Path) -> None:
        with self._translated(path):
            put(local, self._target(path))

    def remove(self, path: str) -> None:
        with self._translated(path):
            (self._root / path).unlink(missing_ok=True)

    def remove_empty_folders(self, folder: str) -> None:
        with self._translated(folder):
            for parent, _, _ in os.walk(self._root / folder, topdown=False):
                with contextlib.suppress(OSError):  # it holds something
                    os.rmdir(parent)

    def exists(self, path: str) -> bool:
        with self._translated(path):
            return (self._root / path).is_file()

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        # On the same file system, so that publishing is a rename.
        parent = self._root / PRIVATE_FOLDER / "scratch"
        with self._translated(PRIVATE_FOLDER), scratch_folder(parent) as folder:
            yield folder

    def _below(self, folder: str, above: frozenset[tuple[int, int]]) -> Iterator[FileInfo]:
        """Yield what is below a folder; `above` are the folders it lies in, by device and inode."""
        try:
            status = os.stat(self._root / folder)
            entries = sorted(os.scandir(self._root / folder), key=_sort_key)
        except FileNotFoundError:
            return
        except OSError as error:
            if not folder:
                raise
            yield FileInfo(folder, 0, "", f"cannot be listed: {error.strerror}")
            return
        here = (status.st_dev, status.st_ino)
        if here in above:
            yield FileInfo(folder, 0, "", "is a link to a folder that it lies in")
            return
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if _is_folder(entry):
                if entry.name != PRIVATE_FOLDER:
                    yield from self._below(path, above | {here})
                continue
            try:
                status = entry.stat()
            except OSError as error:
                if entry.is_symlink():
                    where = "leads nowhere" if error.errno == ENOENT else "cannot be followed"
                    yield FileInfo(path, 0, "", f"is a link that {where}: {error.strerror}")
                elif error.errno != ENOENT:  # else it is gone since the folder was listed
                    yield FileInfo(path, 0, "", str(error.strerror))
                continue
            if stat.S_ISREG(status.st_mode):
                version = f"{status.st_mtime_ns}-{status.st_size}"
                # Listing a folder on Windows tells no inode.
                identity = f"{status.st_dev}-{status.st_ino}" if status.st_ino else ""
                yield FileInfo(path, status.st_size, version, identity=identity)
            else:
                yield FileInfo(path, 0, "", f"is {_special(status.st_mode)}", is_special=True)

    def _target(self, path: str) -> Path:
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    @contextlib.contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except FileNotFoundError:
            raise MissingFileError(f"{self._root / path} does not exist") from None
        except OSError as error:
            # Where an error names two files, the first is our temporary one, the second its target.
            name = error.filename2 or error.filename or self._root / path
            raise StoreError(f"{name}: {error.strerror}") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe, which is not read"
    return "a socket, which is not read" if stat.S_ISSOCK(mode) else "a device, which is not read"


def _sort_key(entry: os.DirEntry[str]) -> str:
    # As paths compare: "a/x" comes after "a-b", because "/" does after "-".
    return entry.name + "/" if _is_folder(entry) else entry.name
