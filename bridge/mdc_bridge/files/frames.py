"""Streams of compressed frames, one behind the other, decompressed in pieces of bounded size.

The readers of `gzip`, `bz2` and `zstandard` treat bad files differently. `gzip` accepts an empty
file. `bz2` ignores bytes after a frame that are not a frame. `zstandard` accepts a frame that was
cut off, and may return gigabytes for 64 KB at once.
"""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

_PACKED_BYTES = 64 * 1024
_PLAIN_BYTES = 256 * 1024
# A block of 128 KB may have been compressed to 4 bytes.
_ZSTANDARD_BYTES = 256
_GZIP = 16 + zlib.MAX_WBITS


class FrameDecompressor(Protocol):
    """One frame, as `bz2.BZ2Decompressor` is one."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing more without more of the file."""

    @property
    def unused_data(self) -> bytes:
        """What follows its end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return more of its content; about `max_length` bytes at most."""


class Frames:
    """The content of all frames of a stream. Zeros may follow a frame, as tapes have them.

    Args:
        source: the stream.
        frame: makes what decompresses the next frame.

    Raises:
        EOFError: the stream ends within a frame, or has none; when it is read.
    """

    def __init__(self, source: BinaryIO, frame: Callable[[], FrameDecompressor]) -> None:
        self._pieces = _pieces(source, frame)
        self._piece = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end."""
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._piece = memoryview(piece)
        content, self._piece = self._piece[:size], self._piece[size:]
        return bytes(content)


def _pieces(source: BinaryIO, new_frame: Callable[[], FrameDecompressor]) -> Iterator[bytes]:
    packed = source.read(_PACKED_BYTES)
    is_first = True
    while packed or is_first:
        is_first = False
        frame = new_frame()
        while not frame.eof:
            if frame.needs_input and not packed:
                packed = source.read(_PACKED_BYTES)
                if not packed:
                    raise EOFError("the file ends before its last frame does")
            piece = frame.decompress(packed, _PLAIN_BYTES)
            packed = b""
            if piece:
                yield piece
        packed = frame.unused_data.lstrip(b"\0")
        while not packed:
            more = source.read(_PACKED_BYTES)
            if not more:
                break
            packed = more.lstrip(b"\0")


class _GzipFrame:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP)
        self._may_have_more = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not (self._may_have_more or self._inner.unconsumed_tail)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        content = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._may_have_more = len(content) == max_length
        return content


class _ZstandardFrame:
    """One frame; `zstandard` bounds what it returns by what it is given alone."""

    def __init__(self) -> None:
        import zstandard

        self._inner = zstandard.ZstdDecompressor().decompressobj()
        self._error = zstandard.ZstdError
        self._waiting = memoryview(b"")

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + bytes(self._waiting)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if data:
            self._waiting = memoryview(bytes(self._waiting) + data)
        pieces: list[bytes] = []
        size = 0
        try:
            while self._waiting and size < max_length and not self.eof:
                packed, self._waiting = (
                    self._waiting[:_ZSTANDARD_BYTES],
                    self._waiting[_ZSTANDARD_BYTES:],
                )
                pieces.append(self._inner.decompress(packed))
                size += len(pieces[-1])
        except self._error as error:
            raise OSError(str(error)) from error
        return b"".join(pieces)


# By the suffix of their files.
FRAMES: dict[str, Callable[[], FrameDecompressor]] = {
    ".gz": _GzipFrame,
    ".bz2": bz2.BZ2Decompressor,
    ".zst": _ZstandardFrame,
}
