"""What a body is: JSON, text, or bytes; and how a line tells of it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import NamedTuple

import orjson

from mdc_core.data.events import MAX_DATA_BYTES
from mdc_core.payload_rows.media import media_of

# A larger body is looked through by a thread.
HEAVY_BYTES = 128 * 1024
_PIECE = 64 * 1024
_JSON = "application/json"
_EMPTY = b'""'


class LineBody(NamedTuple):
    """A body as a line holds it.

    Attributes:
        data: JSON for the line; empty where `raw` is set.
        raw: for a file beside the line, None where the line has the data.
        is_binary: of `raw`.
        content_type: `datacontenttype` of the line.
        content_range: as lines have it.
    """

    data: bytes
    raw: bytes | None
    is_binary: bool
    content_type: str
    content_range: str


def is_json(content: bytes) -> bool:
    """Return whether a body is JSON of the standard, in UTF-8."""
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True


def body_of(
    content: bytes,
    content_type: str,
    says_length: bool,
    is_json: Callable[[bytes], bool] = is_json,
) -> LineBody:
    """Return what a line holds of a body.

    Args:
        content: without content encoding.
        content_type: of the message, `""` for none.
        says_length: the message gave its length before its end.
        is_json: of a body, whether it is JSON.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    size = len(content)
    content_range = range_of(size, says_length)
    if not content:
        return LineBody(_EMPTY, None, False, media_type or "text/plain", content_range)
    if size <= MAX_DATA_BYTES:
        if is_json(content):
            return LineBody(content, None, False, _JSON, content_range)
        text = _text_of(content, content_type)
        if text is not None:
            line = orjson.dumps(text)
            if len(line) <= MAX_DATA_BYTES:
                return LineBody(line, None, False, media_type or "text/plain", content_range)
    return raw_body(content, content_type, says_length, not _is_text(content, content_type))


def raw_body(
    content: bytes, content_type: str, says_length: bool, is_binary: bool = True
) -> LineBody:
    """Return what a line holds of bytes that are a file beside it, see `body_of`."""
    media_type = content_type.partition(";")[0].strip().lower()
    media_type = media_type or ("application/octet-stream" if is_binary else "text/plain")
    return LineBody(b"", content, is_binary, media_type, range_of(len(content), says_length))


def range_of(size: int, says_length: bool = True) -> str:
    """Return `contentrange` of a body, whose message may have given its length before."""
    return f"bytes 0-{size - 1}/{size if says_length else '*'}" if size else "bytes */0"


def _is_text(content: bytes, content_type: str) -> bool:
    """Return whether a body is text, without holding all of it."""
    codec = media_of(content_type).codec
    if codec is None:
        return False
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _PIECE):
            if "\x00" in decoder.decode(bytes(view[start : start + _PIECE])):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:  # also UTF-16 that does not say its byte order
        return False
    return True


def _text_of(content: bytes, content_type: str) -> str | None:
    """Return a body's text, None for one that has none."""
    codec = media_of(content_type).codec
    if codec is None:
        return None
    try:
        text = content.decode(codec)
    except UnicodeError:
        return None
    return None if "\x00" in text else text
