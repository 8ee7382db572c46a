"""Messages about one outlet: its failure at both ends, one file's trouble and each loss once."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..spool.files import REMOVED, RemovedError
from ..throttle import Throttle
from .batches import Portion

logger = logging.getLogger("mdc_core")

UNWRITABLE = "unwritable"
HELD_UP = "held_up"
_REMINDER_SECONDS = 600.0


class OutletReports:
    """Log lines about one destination.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        # That it fails; once until something can be appended, on a disk with little room as well.
        self._is_failing = False
        self._reminders = Throttle(_REMINDER_SECONDS, clock)
        self._losses = Throttle(clock=clock)

    def fails(self, error: OSError) -> None:
        """The destination as a whole fails."""
        if not self._is_failing:
            self._is_failing = True
            logger.error(
                "mdc-bridge: writing fails, events wait in memory: %s. "
                "Check that the folder (MDC_STORAGE, AML_MODEL_DC_STORAGE) can be made, is "
                "writable and has room.",
                error,
            )

    def works(self) -> None:
        """Something can be appended."""
        if self._is_failing:
            self._is_failing = False
            logger.warning("mdc-bridge: writing works again")

    def blocked(self, place: str, error: OSError) -> bool:
        """One file cannot be written; return whether that was logged now."""
        if self._reminders.due(place) is None:
            return False
        logger.error(
            "mdc-bridge: %s cannot be written, its events wait in memory up to a bound and "
            "are then counted as %s; everything else continues: %s",
            place,
            UNWRITABLE,
            error,
        )
        return True

    def unblocked(self, place: str) -> None:
        """A file for which `blocked` was logged can be written."""
        self._reminders.forget(place)
        logger.warning("mdc-bridge: %s can be written again", place)

    def full(self) -> None:
        """The spool has no room for new events."""
        if self._losses.due("") is not None:
            logger.error(
                "mdc-bridge: the spool is full (MDC_SPOOL_BYTES), new events are dropped "
                "and counted until the destination has accepted some of them"
            )

    def held_up(self, place: str) -> None:
        """A file that cannot be delivered has no room for new events."""
        if self._losses.due(f"{HELD_UP} {place}") is not None:
            logger.error(
                "mdc-bridge: data waiting for %s fill half of the spool (MDC_SPOOL_BYTES); "
                "its new events are dropped and counted as %s until it can be delivered",
                place,
                HELD_UP,
            )

    def lost(self, portion: Portion) -> None:
        """A file that cannot be written has no room for new events."""
        more = self._losses.due(portion.place)
        if more is not None:
            logger.error(
                "mdc-bridge: %s cannot be written, %d events are lost (%d more such messages "
                "since the last)",
                portion.place,
                portion.events,
                more,
            )

    def removed(self, error: RemovedError) -> None:
        """The data of a large event are lost."""
        if self._losses.due(REMOVED) is not None:
            logger.error(
                "mdc-bridge: somebody removed the data of a large event before it was published; "
                "it is lost, and counted as %s: %s",
                REMOVED,
                error,
            )

    def left_open(self, error: OSError) -> None:
        """A file could not be closed."""
        if self._losses.due("tidy") is not None:
            logger.warning("mdc-bridge: a file could not be closed yet: %s", error)
