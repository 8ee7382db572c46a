"""Compressed frames are read to the last byte or refused, in pieces of bounded size."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.files.frames import FRAMES, FrameDecompressor, Frames

KINDS: dict[str, tuple[Callable[[bytes], bytes], Callable[[], FrameDecompressor]]] = {
    "gzip": (gzip.compress, FRAMES[".gz"]),
    "bz2": (bz2.compress, FRAMES[".bz2"]),
    "zstandard": (zstandard.compress, FRAMES[".zst"]),
}
ROWS = b"a,b\n" + b"1,2\n" * 50
# What any of them says of bytes that are no frame.
REFUSED = (EOFError, OSError, zlib.error)


def _content(kind: str, packed: bytes, size: int = 1000) -> bytes:
    frames = Frames(io.BytesIO(packed), KINDS[kind][1])
    return b"".join(iter(lambda: frames.read(size), b""))


@pytest.mark.parametrize("kind", KINDS)
@given(
    frames=st.lists(st.binary(max_size=3000), min_size=1, max_size=4),
    zeros=st.integers(0, 70_000),
    size=st.integers(1, 2000),
)
def test_frames_behind_each_other(kind: str, frames: list[bytes], zeros: int, size: int) -> None:
    """All are read, empty ones and zeros between and behind them included."""
    packed = b"".join(KINDS[kind][0](frame) + bytes(zeros) for frame in frames)
    assert _content(kind, packed, size) == b"".join(frames)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_that_was_cut_off(kind: str) -> None:
    """Wherever it ends within a frame, it is not taken for a whole one."""
    whole = KINDS[kind][0](ROWS)
    for end in range(len(whole)):
        with pytest.raises(EOFError, match="ends before its last frame does"):
            _content(kind, whole[:end])
        if end:
            with pytest.raises(EOFError, match="ends before its last frame does"):
                _content(kind, whole + whole[:end])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("behind", [b"garbage", b"\0garbage", bytes(70_000) + b"x,y\n", ROWS])
def test_what_is_no_frame(kind: str, behind: bytes) -> None:
    """Nothing behind a frame is left out in silence, such as one whose beginning is damaged."""
    with pytest.raises(REFUSED):
        _content(kind, KINDS[kind][0](ROWS) + behind)
    with pytest.raises(REFUSED):
        _content(kind, b"x" + KINDS[kind][0](ROWS))


@pytest.mark.parametrize("kind", KINDS)
def test_bounded_pieces(kind: str) -> None:
    """Rows that are alike, compressed to a thousandth and less, never come all at once."""
    size = 40_000_000
    packed = KINDS[kind][0](bytes(size))
    frame = KINDS[kind][1]()
    total = longest = 0
    while not frame.eof:
        piece = frame.decompress(packed if frame.needs_input else b"", 100_000)
        total += len(piece)
        longest = max(longest, len(piece))
    assert total == size
    assert longest < 12_000_000
