"""The interface of a tree of files, wherever it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from mdc_core.spool.files import STATE_FOLDER

# Below it lie our own notes; readers of collected data skip it.
PRIVATE_FOLDER = STATE_FOLDER


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


def read_fully(stream: Readable, size: int) -> bytes:
    """Return `size` bytes of a stream, fewer only at its end."""
    content = b""
    while len(content) < size:
        more = stream.read(size - len(content))
        if not more:
            break
        content += more
    return content


class FileInfo(NamedTuple):
    """One file of a tree.

    Attributes:
        path: below the tree's root, with slashes.
        size: in bytes.
        version: changes whenever the content does: an ETag, or time and size.
        problem: why it, or the folder that it is, cannot be read; empty where nothing is known
            to be wrong with it.
        is_special: it is a pipe, a socket or a device, which may have any name.
        identity: equal for all names of one file, such as links; empty where that is unknown.
    """

    path: str
    size: int
    version: str
    problem: str = ""
    is_special: bool = False
    identity: str = ""


class Files(ABC):
    """A tree of files; `str()` of one names its root, with secrets masked.

    Every method raises `StoreError` when the tree cannot be read or written, and
    `MissingFileError`, which is one, when the file it names is not there.
    """

    @property
    @abstractmethod
    def url(self) -> str:
        """URL of the root, without a signature and without a slash at its end."""

    @abstractmethod
    def find(self, folder: str = "") -> Iterator[FileInfo]:
        """Yield the files below a folder, at any depth, sorted by path.

        Links that lead nowhere or to a folder above them, folders that cannot be listed, and what
        is neither a file nor a folder, are yielded with their problem. What lies in folders named
        `.mdc-bridge` is left out, unless `folder` is in one.
        """

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """Return a stream of a file's bytes; it never holds more than a few MB in memory."""

    @abstractmethod
    def read(self, path: str) -> bytes:
        """Return a whole file."""

    @abstractmethod
    def write(self, path: str, content: bytes) -> None:
        """Write a whole file: afterwards it is there with this content, or nothing has changed."""

    @abstractmethod
    def publish(self, path: str, local: Path) -> None:
        """Write a whole file, as `write` does, from a local file, which is gone afterwards."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove a file; one that does not exist is not an error."""

    def remove_empty_folders(self, folder: str) -> None:  # noqa: B027  # containers have none
        """Remove a folder and those below it, as far as they hold no file."""

    @abstractmethod
    def exists(self, path: str) -> bool:
        """Return whether a file is there."""

    @abstractmethod
    def scratch(self) -> AbstractContextManager[Path]:
        """Return a context with a local folder for files on their way to `publish`."""

    def close(self) -> None:  # noqa: B027  # most trees hold nothing open
        """Give back connections."""

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
