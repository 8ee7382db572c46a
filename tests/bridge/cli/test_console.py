"""Bytes on their way to stdout: a terminal obeys none of them, a file gets them as they are."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.cli.console import ShownBytes

HOSTILE = "a\x1b[2J\u202eb\x07 é\n\tc".encode()


class Output(io.TextIOWrapper):
    """What stands for stdout, and says whether it is a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        """Return what was said."""
        return self._is_terminal


def printed(content: bytes, is_terminal: bool, size: int) -> bytes:
    """Return what stdout got of some bytes, written in pieces."""
    output = Output(is_terminal)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", output)
        shown = ShownBytes()
        for start in range(0, len(content), size):
            shown.write(content[start : start + size])
        shown.flush()
    buffer = output.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


@given(st.integers(1, 20))
def test_a_terminal_gets_no_escapes(size: int) -> None:
    """Wherever the pieces end, also within a character; line feeds and tabs stay."""
    text = printed(HOSTILE, True, size).decode()
    assert (text.count("\n"), text.count("\t"), "é" in text) == (1, 1, True)
    assert not any(each in text for each in "\x1b\u202e\x07")


@given(st.binary(max_size=60), st.integers(1, 20))
def test_a_file_gets_the_bytes(content: bytes, size: int) -> None:
    """Also those that are not text."""
    assert printed(content, False, size) == content
