"""A file that stays open across calls, in a process whose other code closes what it did not open.

What makes a daemon of a process closes all descriptors, and the numbers are used again, for files
of the script. So whether a number still stands for what was opened is asked before each use.
"""

from __future__ import annotations

import os
from typing import Optional, Tuple

_NONE = -1


class OpenFile:
    """One open file, or socket, that is kept.

    Attributes:
        descriptor: its number; -1 while it is not open.
    """

    __slots__ = ("_identity", "descriptor")

    def __init__(self) -> None:
        self.descriptor = _NONE
        # Identifies the file that was kept last, also after it was closed.
        self._identity: Optional[Tuple[int, int]] = None

    def keep(self, descriptor: int) -> None:
        """Keep what was just opened, in place of what was kept before."""
        self.close()
        self.watch(descriptor)

    def watch(self, descriptor: int) -> None:
        """Know what was just opened, which somebody else will close."""
        self._identity = _identity(os.fstat(descriptor))
        self.descriptor = descriptor

    def look(self) -> Optional[os.stat_result]:
        """Return what is known of the file; None when it is not open.

        A number that somebody has closed, or has for a file of his own, is left alone from then on.
        """
        if self.descriptor == _NONE:
            return None
        try:
            found = os.fstat(self.descriptor)
        except OSError:
            found = None
        if found is None or not self.was(found):
            self.descriptor = _NONE
            return None
        return found

    def was(self, found: os.stat_result) -> bool:
        """Return whether something that was found is what was kept last."""
        return self._identity == _identity(found)

    @property
    def was_kept(self) -> bool:
        """Whether anything was kept since `forget`."""
        return self._identity is not None

    def close(self) -> None:
        """Close the file, if it is still open."""
        if self.look() is not None:
            os.close(self.descriptor)
            self.descriptor = _NONE

    def forget(self) -> None:
        """Close the file, and keep nothing of it."""
        self.close()
        self._identity = None


def _identity(found: os.stat_result) -> Tuple[int, int]:
    return found.st_dev, found.st_ino
