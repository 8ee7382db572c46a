"""Trouble: something that fails for now, and is tried again at growing intervals."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from typing import Optional

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
    """Whether something fails for now, and when it is tried again; true while it fails.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # Time of the first failure; None while it works.
        self._since: Optional[float] = None
        self._pause = FIRST_PAUSE
        self._due = 0.0

    def __bool__(self) -> bool:
        return self._since is not None

    def failed(self) -> bool:
        """It has failed once more; return whether it has worked before."""
        now = self._clock()
        is_first = self._since is None
        if is_first:
            self._since, self._pause = now, FIRST_PAUSE
        self._due = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        return is_first

    def end(self) -> None:
        """It works."""
        self._since = None

    def is_due(self) -> bool:
        """Return whether it works, or it is time to try again."""
        return self._since is None or self._clock() >= self._due

    def pause(self) -> Optional[float]:
        """Return the seconds until it is tried again; None while it works."""
        return None if self._since is None else max(0.0, self._due - self._clock())

    def is_for(self, seconds: float) -> bool:
        """Return whether it has been failing for so long."""
        return self._since is not None and self._clock() - self._since >= seconds


def earliest(pauses: Iterable[Optional[float]]) -> Optional[float]:
    """Return the shortest of some pauses; None where there is none."""
    return min((each for each in pauses if each is not None), default=None)


def concerns_all(error: OSError) -> bool:
    """Return whether an error of one file is one of the whole disk, or of its folder."""
    return isinstance(error, SpoolFolderError) or error.errno in _CONCERNS_ALL
