"""Flushing: what was appended goes to the disk, every so often and when somebody waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Optional

from .outlets import Outlet
from .trouble import Trouble

logger = logging.getLogger("mdc_core")


class Flushing:
    """Flushes outlets.

    Args:
        outlets: to flush.
        interval: seconds between two flushes.
        on_flushed: called when everything appended is on the disk.
        clock: monotonic seconds.

    Attributes:
        trouble: of the disk.
    """

    def __init__(
        self,
        outlets: Collection[Outlet],
        interval: float,
        on_flushed: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.trouble = Trouble(clock)
        self._outlets = outlets
        self._interval = interval
        self._on_flushed = on_flushed
        self._clock = clock
        self._since: Optional[float] = None

    def flush_if_due(self, waited_for: bool) -> bool:
        """Flush when it is time, or somebody waits; return False while that is due and not done."""
        if self._since is None and any(outlet.dirty for outlet in self._outlets):
            self._since = self._clock()
        if self._since is None:
            return True
        if not waited_for and self._clock() - self._since < self._interval:
            return True
        if not self.trouble.is_due():
            return False
        errors = [error for error in [outlet.sync() for outlet in self._outlets] if error]
        if errors:
            if self.trouble.failed():
                logger.error(
                    "mdc-bridge: written data cannot be flushed to the disk: %s", errors[0]
                )
            return False
        self._since = None
        self._on_flushed()
        if self.trouble:
            self.trouble.end()
            logger.warning("mdc-bridge: flushing to the disk works again")
        return True

    def due(self) -> Optional[float]:
        """Return the seconds until the next flush; None when nothing is to be flushed."""
        if self._since is None:
            return None
        return max(0.0, self._since + self._interval - self._clock())
