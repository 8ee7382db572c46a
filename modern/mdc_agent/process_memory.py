"""What large bodies leave behind goes back to the system.

A connection that ends refers to itself, with what it has buffered, until cycles are looked for; and
glibc keeps what was freed in its heap while anything above it is in use.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc

# Bytes of bodies, after which it looks for cycles: some milliseconds.
_MANY = 64 * 1024 * 1024
# From glibc's malloc.h.
_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


def take_large_blocks_alone() -> None:
    """Let each large block be the system's again when it is freed; for the whole process."""
    # Other libraries of C have no such thing, and may need none.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


class Leftovers:
    """Looks for cycles whenever many bytes have passed; used in one thread."""

    def __init__(self) -> None:
        self._passed = 0

    def passed(self, size: int) -> None:
        """So many bytes are not needed any more."""
        self._passed += size
        if self._passed >= _MANY:
            self._passed = 0
            gc.collect()
