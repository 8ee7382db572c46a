"""What a file held when it was published: enough to see later that somebody changed it."""

from __future__ import annotations

import zlib
from typing import BinaryIO, NamedTuple

_READ_BYTES = 1024 * 1024


class ContentMark(NamedTuple):
    """Size and CRC-32 of a content; against accidents, not against forgery.

    Attributes:
        size: in bytes.
        crc: its CRC-32.
    """

    size: int
    crc: int

    def after(self, content: bytes) -> ContentMark:
        """Return the mark of this content with more behind it."""
        return ContentMark(self.size + len(content), zlib.crc32(content, self.crc))


EMPTY = ContentMark(0, 0)


def mark_of(stream: BinaryIO) -> ContentMark:
    """Return the mark of what a stream holds."""
    mark = EMPTY
    while True:
        content = stream.read(_READ_BYTES)
        if not content:
            return mark
        mark = mark.after(content)
