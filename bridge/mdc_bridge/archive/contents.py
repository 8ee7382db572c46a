"""The content of an archive's files as UTF-8: decompressed, and decoded where it is another text.

`.gz`, `.bz2`, `.zst` and a `.zip` of one file are read as what they hold. A byte order mark says
which Unicode encoding a file has; a plan may name any other. What cannot be decoded becomes bytes
that are not UTF-8, so that only the row they stand in is rejected.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from mdc_core.errors import MissingFileError, SettingsError, StoreError, UnreadableFileError

from ..files import Files

AUTO = "auto"
PACKED = (".gz", ".bz2", ".zst", ".zip")

_LONGEST_MARK = 4
_PACKED_BYTES = 64 * 1024
# The longer ones first: that of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDECODABLE = "mdc_bridge.undecodable"
_UTF_8 = frozenset({"utf-8", "utf-8-sig"})
_DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def unpacked_name(path: str) -> str:
    """Return a path without the suffix of its compression."""
    stem, dot, suffix = path.rpartition(".")
    return stem if f"{dot}{suffix.lower()}" in PACKED else path


def check_encoding(name: str, setting: str) -> None:
    """Raise SettingsError when an encoding is neither `auto` nor one of texts."""
    try:
        if name != AUTO:
            b"a".decode(name, "ignore")  # which refuses codecs of bytes, such as hex
    except (LookupError, ValueError):
        raise SettingsError(
            f"{setting} is {name!r}; valid: auto, or an encoding that Python knows, such as "
            "latin-1 or cp1252"
        ) from None


class Content:
    """A file's content as UTF-8.

    Args:
        path: of the file, for errors and the kind of its compression.
        source: its bytes as they are stored.
        encoding: `auto`, or that of its text.

    Raises:
        UnreadableFileError: it cannot be decompressed; also while it is read.
    """

    def __init__(self, path: str, source: BinaryIO, encoding: str) -> None:
        self._path = path
        self._source = source
        with self._translated():
            self._plain = _unpacked(path, source)
            start = _exactly(self._plain, _LONGEST_MARK)
        mark, name = next(
            ((mark, name) for mark, name in _MARKS if start.startswith(mark)),
            (b"", "utf-8" if encoding == AUTO else codecs.lookup(encoding).name),
        )
        self._recoder = None if name in _UTF_8 else _Recoder(name)
        self._ahead = start[len(mark) :] if self._recoder is None else self._recoder.recode(start)

    @property
    def done(self) -> int:
        """Bytes of the stored file that were read so far."""
        return self._source.tell()

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end."""
        if self._recoder is None and not self._ahead:
            return self._read(size)
        while self._recoder is not None and not self._ahead:
            more = self._read(size)
            self._ahead = self._recoder.recode(more, final=not more)
            if not more:
                break
        content, self._ahead = self._ahead[:size], self._ahead[size:]
        return content

    def close(self) -> None:
        """Close the stored file."""
        self._source.close()

    def __enter__(self) -> Content:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, size: int) -> bytes:
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


def open_content(files: Files, path: str, encoding: str = AUTO) -> Content:
    """Return the content of a file of an archive.

    Args:
        files: the archive.
        path: of the file.
        encoding: `auto`, or that of its text.

    Raises:
        UnreadableFileError: the file cannot be read; others may.
        StoreError: the archive cannot be read.
    """
    try:
        source = files.open(path)
    except MissingFileError as error:
        raise UnreadableFileError(str(error)) from error
    try:
        return Content(path, source, encoding)
    except BaseException:
        source.close()
        raise


class _Recoder:
    """Makes UTF-8 of another encoding; what cannot be decoded becomes a byte that is not UTF-8."""

    def __init__(self, encoding: str) -> None:
        try:
            self._decoder = codecs.getincrementaldecoder(encoding)(_UNDECODABLE)
        except LookupError:
            raise SettingsError(f"encoding {encoding} cannot be read piece by piece") from None

    def recode(self, content: bytes, final: bool = False) -> bytes:
        """Return the text of some bytes, as far as it is complete."""
        return self._decoder.decode(content, final).encode("utf-8", "surrogateescape")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end  # encoded as the byte FF, which no UTF-8 holds


codecs.register_error(_UNDECODABLE, _escaped)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = b""
    while len(content) < size:
        more = stream.read(size - len(content))
        if not more:
            break
        content += more
    return content


def _unpacked(path: str, source: BinaryIO) -> BinaryIO:
    suffix = path.rpartition(".")[2].lower()
    if suffix == "gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=source, mode="rb"))
    if suffix == "bz2":
        return cast(BinaryIO, bz2.BZ2File(source))
    if suffix == "zst":
        return _zstandard(path, source)
    if suffix == "zip":
        return _only_member(path, source)
    return source


def _zstandard(path: str, source: BinaryIO) -> BinaryIO:
    try:
        import zstandard
    except ImportError as error:
        raise UnreadableFileError(
            f"{path}: reading .zst needs the package zstandard: pip install zstandard"
        ) from error

    return cast(BinaryIO, _Zstandard(source, zstandard.ZstdDecompressor(), zstandard.ZstdError))


class _Zstandard:
    """A stream of frames; `zstandard`'s own reader takes one that was cut off for a whole one."""

    def __init__(self, source: BinaryIO, decompressor: Any, error: type[Exception]) -> None:
        self._source = source
        self._decompressor = decompressor
        self._error = error
        self._frame = decompressor.decompressobj()
        self._ahead = b""

    def read(self, size: int) -> bytes:
        while not self._ahead:
            packed = self._frame.unused_data if self._frame.eof else b""
            packed = packed or self._source.read(_PACKED_BYTES)
            if self._frame.eof and packed:
                self._frame = self._decompressor.decompressobj()
            if not packed:
                if not self._frame.eof:
                    raise EOFError("the file ends before its last frame does")
                break
            try:
                self._ahead = self._frame.decompress(packed)
            except self._error as error:
                raise OSError(str(error)) from error
        content, self._ahead = self._ahead[:size], self._ahead[size:]
        return content


def _only_member(path: str, source: BinaryIO) -> BinaryIO:
    packed = zipfile.ZipFile(source)
    members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise UnreadableFileError(f"{path}: holds {len(members)} files; valid: a .zip of one CSV")
    return cast(BinaryIO, packed.open(members[0]))
