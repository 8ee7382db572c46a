"""Whether files of a tree hold the same: what a copy, a backup or an older state of one shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import blake2b
from typing import Optional, Protocol

from mdc_core.errors import MissingFileError, UnreadableFileError

_AT_ONCE = 1024 * 1024


class Content(Protocol):
    """What a file holds, decompressed where it is compressed."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""


Opened = Callable[[str], AbstractContextManager[Content]]


def digest(opened: Opened, path: str) -> bytes:
    """Return a hash of a file's content; nothing if it holds none, or cannot be read."""
    found = blake2b()
    is_empty = True
    try:
        with opened(path) as content:
            while part := content.read(_AT_ONCE):
                found.update(part)
                is_empty = False
    except (UnreadableFileError, MissingFileError):
        return b""
    return b"" if is_empty else found.digest()


def longer(opened: Opened, first: str, second: str) -> Optional[str]:
    """Return the file that holds all of the other one, the first of equal ones; None for neither.

    What holds nothing, or cannot be read, is no copy.
    """
    try:
        with opened(first) as one, opened(second) as two:
            left, right = one.read(_AT_ONCE), two.read(_AT_ONCE)
            is_empty = not (left and right)
            while left and right:
                size = min(len(left), len(right))
                if left[:size] != right[:size]:
                    return None
                left = left[size:] or one.read(_AT_ONCE)
                right = right[size:] or two.read(_AT_ONCE)
    except (UnreadableFileError, MissingFileError):
        return None
    if is_empty:
        return None
    return second if right else first
