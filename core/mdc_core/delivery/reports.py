"""Messages about a delivery: an outage at both ends, one file's trouble once for each reason."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Optional

from ..throttle import Throttle
from .errors import DeliveryError
from .pacing import Holdup

logger = logging.getLogger("mdc_core")

REMINDER_SECONDS = 600.0


class Reports:
    """Log lines about one destination.

    Args:
        name: of the destination.
        clock: monotonic seconds.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._failing_since: Optional[float] = None
        # When a failure that lasts until somebody acts was logged last.
        self._logged_at: Optional[float] = None
        self._reasons = Throttle(REMINDER_SECONDS, clock)

    @property
    def is_outage(self) -> bool:
        """Whether nothing can be delivered, as far as is known."""
        return self._failing_since is not None

    def outage(self, error: DeliveryError) -> None:
        """Nothing can be delivered."""
        begins = self._failing_since is None
        if begins:
            self._failing_since = self._clock()
        now = self._clock()
        is_due = self._logged_at is None or now - self._logged_at >= REMINDER_SECONDS
        if begins or (error.lasting and is_due):
            logger.error(
                "mdc-bridge: delivery to %s fails, events stay in the spool: %s", self._name, error
            )
            self._logged_at = now if error.lasting else None

    def works(self) -> None:
        """Something was delivered."""
        if self._failing_since is not None:
            logger.warning(
                "mdc-bridge: delivery to %s works again after %.0f s",
                self._name,
                self._clock() - self._failing_since,
            )
            self._failing_since = self._logged_at = None

    def held_up(
        self, path: str, holdup: Holdup, holdups: Mapping[str, Holdup], others_work: bool
    ) -> None:
        """One file cannot be delivered; logged once for all that have the same reason."""
        reason = str(holdup.error)
        if self._reasons.due(reason) is None:
            return
        holdup.is_logged = True
        others = sum(str(each.error) == reason for each in holdups.values()) - 1
        logger.error(
            "mdc-bridge: delivery of %s%s to %s fails, %s: %s",
            path,
            f" and {others} more" if others > 0 else "",
            self._name,
            "other files go on" if others_work else "events stay in the spool",
            holdup.error,
        )

    def goes_on(self, path: str, holdup: Holdup) -> None:
        """A file that was held up is delivered again."""
        self._reasons.forget(str(holdup.error))
        if holdup.is_logged:
            logger.warning(
                "mdc-bridge: delivery of %s to %s works again after %.0f s",
                path,
                self._name,
                self._clock() - holdup.since,
            )

    def fault(self, text: str) -> None:
        """Something failed that never should."""
        if self._reasons.due(text) is not None:
            logger.error("mdc-bridge: delivery to %s: %s", self._name, text)

    def lost(self, waiting: int, error: OSError) -> None:
        """Somebody has removed or cut a file of the spool."""
        logger.error(
            "mdc-bridge: files of the spool were changed from outside; up to %d "
            "bytes for %s are lost: %s",
            waiting,
            self._name,
            error,
        )
