"""Streams that give less than they are asked for are read on."""

from __future__ import annotations

import io

from mdc_bridge.files.base import read_fully


class _Slow(io.BytesIO):
    """Gives one byte at a time; to ask for none would be taken for the end, as of a text."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size
        return super().read(1)


def test_as_many_bytes_as_there_are() -> None:
    """Not more, and none where none are wanted."""
    stream = _Slow(b"abcde")
    assert [read_fully(stream, size) for size in (0, 2, 0, 9, 1)] == [b"", b"ab", b"", b"cde", b""]
