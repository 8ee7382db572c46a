"""A disk that fills up when a test says so."""

from __future__ import annotations

import errno
import os
from typing import Optional

import pytest


class Disk:
    """Stands in for `os.write`.

    Attributes:
        room: bytes that still fit; None for as many as there are.
        largest: bytes that one call takes at most; None for all.
    """

    def __init__(self) -> None:
        self.room: Optional[int] = None
        self.largest: Optional[int] = None
        self._write = os.write

    def write(self, descriptor: int, content: bytes) -> int:
        """Write what fits; a disk without room says so only when nothing fits."""
        sizes = (size for size in (self.room, self.largest) if size is not None)
        size = min(sizes, default=len(content))
        if size == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._write(descriptor, bytes(content[:size]))
        if self.room is not None:
            self.room -= written
        return written


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk behind `os.write`, roomy until told otherwise."""
    disk = Disk()
    monkeypatch.setattr(os, "write", disk.write)
    return disk
