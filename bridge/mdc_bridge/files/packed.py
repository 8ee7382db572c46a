"""Compressed files as what they hold: `.gz`, `.bz2`, `.zst`, and a `.zip` of one file."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from mdc_core.errors import StoreError, UnreadableFileError

from .base import Readable
from .frames import FRAMES, Frames

PACKED = (*FRAMES, ".zip")

_PACKED_BYTES = 64 * 1024
_DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def unpacked_name(path: str) -> str:
    """Return a path without the suffix of its compression."""
    stem, dot, suffix = path.rpartition(".")
    return stem if f"{dot}{suffix.lower()}" in PACKED else path


def plain(path: str, source: BinaryIO, suffix: str) -> BinaryIO:
    """Return a file's bytes, decompressed where its name says so; see `Unpacked`."""
    if unpacked_name(path) == path:
        return source
    return cast(BinaryIO, io.BufferedReader(Unpacked(path, source, suffix), _PACKED_BYTES))


class Unpacked(io.RawIOBase):
    """A file's bytes, decompressed where its name says so.

    Args:
        path: of the file, for errors and the kind of its compression.
        source: its bytes as they are stored.
        suffix: of the one file that a `.zip` may hold.

    Raises:
        UnreadableFileError: it cannot be decompressed; also while it is read.
    """

    def __init__(self, path: str, source: BinaryIO, suffix: str) -> None:
        self._path = path
        with self._translated():
            packing = path[len(unpacked_name(path)) :].lower()
            self._plain: Readable = source
            if packing == ".zip":
                self._plain = _only_member(path, source, suffix)
            elif packing:
                self._plain = Frames(source, FRAMES[packing])

    def read(self, size: int, /) -> bytes:  # type: ignore[override]  # never all at once
        """Return up to `size` bytes; none at the end."""
        with self._translated():
            return self._plain.read(size)

    def readable(self) -> bool:
        """Return whether it can be read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what `read` returns; return the number of bytes."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except ImportError as error:
            raise UnreadableFileError(
                f"{self._path}: reading .zst needs the package zstandard: pip install zstandard"
            ) from error
        except OSError as error:
            raise UnreadableFileError(f"{self._path}: {error.strerror or error}") from error
        except _DAMAGED as error:
            raise UnreadableFileError(f"{self._path}: {error or 'is damaged'}") from error


def _only_member(path: str, source: BinaryIO, suffix: str) -> Readable:
    packed = zipfile.ZipFile(source)
    members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise UnreadableFileError(
            f"{path}: holds {len(members)} files; valid: a .zip of one {suffix} file"
        )
    says_so = path.lower().endswith(f"{suffix}.zip")
    if not says_so and not members[0].filename.lower().endswith(suffix):
        raise UnreadableFileError(
            f"{path}: holds {members[0].filename!r}; valid: a .zip of one {suffix} file"
        )
    return packed.open(members[0])
