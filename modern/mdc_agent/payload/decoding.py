"""Compressed bodies, decoded on the copy and within a bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from .exchange import BODY_TOO_LARGE, Message

_STEP = 64 * 1024
# Compressed bytes that are fed at once: a block of four bytes holds up to 128 KiB.
_ZSTD_STEP = 128
UNDECODABLE = "undecodable"


class LostBodyError(Exception):
    """A body that was not kept, or that cannot be decoded.

    Attributes:
        reason: under which it is counted.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def content_of(message: Message, bound: int) -> bytes:
    """Return a message's body as it was before its `content-encoding`.

    Raises:
        LostBodyError: it was not kept, or see `decoded`.
    """
    if message.lost is not None:
        raise LostBodyError(message.lost)
    encoding = message.header(b"content-encoding")
    if encoding:
        return decoded(message.parts, encoding.decode("latin-1"), bound)
    parts = message.parts
    return parts[0] if len(parts) == 1 else b"".join(parts)


def decoded(parts: list[bytes], encoding: str, bound: int) -> bytes:
    """Return a body as it was before its `content-encoding`.

    Args:
        parts: of the body.
        encoding: value of the header, `""` for none; several are undone from the last.
        bound: most bytes of the result, and of each step on the way.

    Raises:
        LostBodyError: it is another encoding, broken, or larger.
    """
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name for name in names if name and name != "identity"]
    if not any(parts):
        return b""  # an answer to HEAD tells of the encoding that a body would have
    if len(names) > 3:
        raise LostBodyError(UNDECODABLE)
    body = parts
    for name in reversed(names):
        body = _undone(body, name, bound)
    return body[0] if len(body) == 1 else b"".join(body)


def _undone(parts: Iterable[bytes], name: str, bound: int) -> list[bytes]:
    pieces: list[bytes] = []
    size = 0
    for piece in _decompressed(parts, name):
        size += len(piece)
        if size > bound:
            raise LostBodyError(BODY_TOO_LARGE)
        pieces.append(piece)
    return pieces


def _decompressed(parts: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Return the decoded pieces, each of a bounded size."""
    if name in ("gzip", "x-gzip"):
        return _inflated(parts, 16 + zlib.MAX_WBITS)
    if name == "deflate":
        body = b"".join(parts)
        # Some send it without the head that the standard asks for.
        raw = len(body) < 2 or (body[0] & 0x0F) != 8 or (body[0] << 8 | body[1]) % 31
        return _inflated([body], -zlib.MAX_WBITS if raw else zlib.MAX_WBITS)
    if name == "zstd":
        return _unzstd(parts)
    if name == "br":
        return _unbrotli(parts)
    raise LostBodyError(UNDECODABLE)


def _inflated(parts: Iterable[bytes], window: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window)
    try:
        for part in parts:
            left = part
            piece = b""
            while left or len(piece) == _STEP:
                if inflater.eof:
                    if window < 16:
                        return
                    inflater = zlib.decompressobj(window)  # gzip's members follow each other
                piece = inflater.decompress(left, _STEP)
                yield piece
                left = inflater.unconsumed_tail or inflater.unused_data
    except zlib.error as error:
        raise LostBodyError(UNDECODABLE) from error
    if not inflater.eof:
        raise LostBodyError(UNDECODABLE)


def _unzstd(parts: Iterable[bytes]) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise LostBodyError("encoding_not_installed") from error
    source = memoryview(b"".join(parts))
    # The frame's window may be asked for by the sender: it is bounded too.
    decompressor = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    frame = decompressor.decompressobj()
    try:
        while source:
            if frame.eof:
                frame = decompressor.decompressobj()  # frames follow each other
            yield frame.decompress(source[:_ZSTD_STEP])
            source = source[min(_ZSTD_STEP, len(source)) - len(frame.unused_data) :]
    except zstandard.ZstdError as error:
        raise LostBodyError(UNDECODABLE) from error
    if not frame.eof:
        raise LostBodyError(UNDECODABLE)


def _unbrotli(parts: Iterable[bytes]) -> Iterator[bytes]:
    # Its packages bound no step of their output before releases of late 2025, see `brotli` 1.2.
    try:
        import brotli
    except ImportError as error:
        raise LostBodyError("encoding_not_installed") from error
    decompressor = brotli.Decompressor()
    try:
        for part in parts:
            # Without more input it still gives what a step before has left.
            while piece := decompressor.process(part, output_buffer_limit=_STEP):
                yield piece
                part = b""
    except (brotli.error, TypeError) as error:
        raise LostBodyError(UNDECODABLE) from error
    if not decompressor.is_finished():
        raise LostBodyError(UNDECODABLE)
