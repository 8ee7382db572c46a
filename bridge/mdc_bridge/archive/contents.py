"""The content of an archive's files as UTF-8: decompressed, and decoded from other encodings.

`.gz`, `.bz2`, `.zst` and a `.zip` of one file are read as what they hold. A byte order mark says
which Unicode encoding a file has; a plan may name any other. What cannot be decoded becomes bytes
that are not UTF-8, so that only the row they stand in is rejected.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

from mdc_core.errors import MissingFileError, SettingsError, UnreadableFileError

from ..files import Files
from ..files.base import read_fully
from ..files.packed import Unpacked, unpacked_name

AUTO = "auto"

_LONGEST_MARK = 4
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


def csv_name(path: str) -> str:
    """Return the path of what a file holds: `data.csv` for `data.csv.gz`, and for `data.zip`.

    A file that is not compressed keeps its name.
    """
    stem = unpacked_name(path)
    has_suffix = "." in stem.rpartition("/")[2]
    return stem if stem == path or has_suffix else f"{stem}.csv"


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
        self._source = source
        self._plain = Unpacked(path, source, ".csv")
        start = read_fully(self._plain, _LONGEST_MARK)
        mark, name = next(
            ((mark, name) for mark, name in _MARKS if start.startswith(mark)),
            (b"", "utf-8" if encoding == AUTO else codecs.lookup(encoding).name),
        )
        self._decoder = None if name in _UTF_8 else _decoder(name)
        self._ahead = start[len(mark) :] if self._decoder is None else self._recoded(start)

    @property
    def done(self) -> int:
        """Bytes of the stored file that were read so far."""
        return self._source.tell()

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end."""
        if self._decoder is None and not self._ahead:
            return self._plain.read(size)
        is_over = False
        while not (self._ahead or is_over):
            more = self._plain.read(size)
            is_over = not more
            self._ahead = self._recoded(more, is_over)
        content, self._ahead = self._ahead[:size], self._ahead[size:]
        return content

    def _recoded(self, content: bytes, is_over: bool = False) -> bytes:
        """Return the text of some bytes in UTF-8, as far as it is complete."""
        assert self._decoder is not None
        return self._decoder.decode(content, is_over).encode("utf-8", "surrogateescape")

    def close(self) -> None:
        """Close the stored file."""
        self._source.close()

    def __enter__(self) -> Content:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)(_UNDECODABLE)
    except LookupError:
        raise SettingsError(f"encoding {encoding} cannot be read piece by piece") from None


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end  # encoded as the byte FF, which no UTF-8 holds


codecs.register_error(_UNDECODABLE, _escaped)
