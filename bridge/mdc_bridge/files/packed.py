"""Compressed files as what they hold: `.gz`, `.bz2`, `.zst`, and a `.zip` of one file."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from mdc_core.errors import StoreError, UnreadableFileError

from .frames import Frames, bz2_frame, gzip_frame, zstandard_frame

PACKED = (".gz", ".bz2", ".zst", ".zip")

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
    return cast(BinaryIO, io.BufferedReader(_Raw(Unpacked(path, source, suffix)), _PACKED_BYTES))


class Unpacked:
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
        self._source = source
        with self._translated():
            self._plain = _unpacked(path, source, suffix)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end."""
        with self._translated():
            return self._plain.read(size)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except OSError as error:
            raise UnreadableFileError(f"{self._path}: {error.strerror or error}") from error
        except _DAMAGED as error:
            raise UnreadableFileError(f"{self._path}: {error or 'is damaged'}") from error


class _Raw(io.RawIOBase):
    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._unpacked.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def _unpacked(path: str, source: BinaryIO, suffix_of_member: str) -> BinaryIO:
    suffix = path.rpartition(".")[2].lower()
    if suffix == "gz":
        return cast(BinaryIO, Frames(source, gzip_frame))
    if suffix == "bz2":
        return cast(BinaryIO, Frames(source, bz2_frame))
    if suffix == "zst":
        return _zstandard(path, source)
    if suffix == "zip":
        return _only_member(path, source, suffix_of_member)
    return source


def _zstandard(path: str, source: BinaryIO) -> BinaryIO:
    try:
        zstandard_frame()
    except ImportError as error:
        raise UnreadableFileError(
            f"{path}: reading .zst needs the package zstandard: pip install zstandard"
        ) from error
    return cast(BinaryIO, Frames(source, zstandard_frame))


def _only_member(path: str, source: BinaryIO, suffix: str) -> BinaryIO:
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
    return cast(BinaryIO, packed.open(members[0]))
