"""Trouble: something that fails for now, and is tried again at growing intervals."""

from __future__ import annotations

import errno
from collections.abc import Callable

from ..errors import SpoolFolderError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
# What the next file would meet as well.
_CONCERNS_ALL = frozenset(
    {
        errno.EDQUOT,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENODEV,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EROFS,
    }
)


class Trouble:
    """When something that fails is tried again.

    Args:
        clock: monotonic seconds.

    Attributes:
        since: monotonic seconds of the first failure.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.since = clock()
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._due = self.since

    def failed(self) -> None:
        """It has failed once more."""
        self._due = self._clock() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def is_due(self) -> bool:
        """Return whether it is time to try again."""
        return self._clock() >= self._due

    def pause(self) -> float:
        """Return the seconds until then."""
        return max(0.0, self._due - self._clock())

    def age(self) -> float:
        """Return for how many seconds it has been failing."""
        return self._clock() - self.since


def concerns_all(error: OSError) -> bool:
    """Return whether an error of one file is one of the whole disk, or of its folder."""
    return isinstance(error, SpoolFolderError) or error.errno in _CONCERNS_ALL
