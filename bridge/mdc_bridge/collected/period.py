"""Times of lines, periods of time, and which of the folders named by time can hold some of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Optional, Union

from mdc_core.data.correlation_columns import parse_time
from mdc_core.errors import SettingsError
from mdc_core.layouts import EPOCH

Moment = Union[str, date, datetime, None]

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # UTC
# Azure's collector names a folder by the time it got the event, a line by when it was sent.
_SLACK_US = HOUR_US


@dataclass(frozen=True)
class Period:
    """From one moment to before another; None means no bound.

    Attributes:
        since_us, until_us: integer microseconds since the epoch.
    """

    since_us: Optional[int] = None
    until_us: Optional[int] = None

    @classmethod
    def of(cls, since: Moment, until: Moment) -> Period:
        """Return the period between two moments.

        Args:
            since: the first moment, such as `2026-11-21` or `2026-11-21T09:30`; UTC unless it
                names another zone.
            until: the moment before which it ends.

        Raises:
            SettingsError: one is not a moment, or the period is empty.
        """
        period = cls(_microseconds(since, "since"), _microseconds(until, "until"))
        begin, end = period.since_us, period.until_us
        if begin is not None and end is not None and begin >= end:
            raise SettingsError(f"until ({until}) must be later than since ({since})")
        return period

    def holds(self, time_us: int) -> bool:
        """Return whether a moment lies in it."""
        return self.may_hold(time_us, time_us + 1)

    def may_hold(self, begin_us: int, end_us: int) -> bool:
        """Return whether it overlaps another, whose end is not part of it."""
        return (self.until_us is None or begin_us < self.until_us) and (
            self.since_us is None or end_us > self.since_us
        )

    def covers(self, begin_us: int, end_us: int) -> bool:
        """Return whether all of another lies in it."""
        return (self.since_us is None or self.since_us <= begin_us) and (
            self.until_us is None or end_us <= self.until_us
        )

    def may_hold_folder(self, rolled: str) -> bool:
        """Return whether a folder such as `2026/11/21/09` can have lines of this period."""
        bounds = folder_bounds(rolled)
        return bounds is None or self.may_hold(bounds[0] - _SLACK_US, bounds[1] + _SLACK_US)


ALWAYS = Period()


def united(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the fewest periods that hold the moments of all, in the order of time."""
    joined: list[Period] = []
    for period in sorted(periods, key=lambda each: (each.since_us is not None, each.since_us or 0)):
        before = joined[-1] if joined else None
        if before is None:
            joined.append(period)
        elif before.until_us is not None:
            if period.since_us is not None and period.since_us > before.until_us:
                joined.append(period)
            elif period.until_us is None or period.until_us > before.until_us:
                joined[-1] = Period(before.since_us, period.until_us)
    return tuple(joined)


def folder_bounds(rolled: str) -> Optional[tuple[int, int]]:
    """Return begin and end of a folder's time in microseconds; None where it has no such."""
    try:
        parts = [int(part) for part in rolled.split("/")] if rolled else []
        if not 0 < len(parts) < 6:
            return None
        year, month, day, hour, minute = parts + [0, 1, 1, 0, 0][len(parts) :]
        begin = datetime(year, month, day, hour, minute, tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None
    return _since_epoch(begin), _since_epoch(_end_of(begin, len(parts)))


def time_of(text: str) -> Optional[int]:
    """Return integer microseconds since the epoch as `parse_time` does; a `Z` at the end is UTC."""
    is_zoned = text[-1:] in "zZ" and text != ""
    bare = text[:-1] if is_zoned else text
    if bare[:1].isdigit():
        try:
            since = datetime.fromisoformat(bare) - _NAIVE_EPOCH
            return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
        except (ValueError, TypeError):  # other forms, or another zone
            pass
    return parse_time(f"{bare}+00:00" if is_zoned else text)


def _end_of(begin: datetime, parts: int) -> datetime:
    """Return the end of a folder's time: of the first `parts` of year, month, day, hour, minute."""
    try:
        if parts == 1:
            return begin.replace(year=begin.year + 1)
        if parts == 2:
            return (begin + timedelta(days=32)).replace(day=1)
        return begin + (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))[parts - 3]
    except (ValueError, OverflowError):  # the calendar ends first
        return datetime.max.replace(tzinfo=timezone.utc)


def _microseconds(moment: Moment, name: str) -> Optional[int]:
    if moment is None:
        return None
    parsed: Union[date, datetime, None] = None
    if isinstance(moment, str):
        text = moment.strip()
        with suppress(ValueError):
            parsed = datetime.fromisoformat(f"{text[:-1]}+00:00" if text[-1:] in "zZ" else text)
    elif isinstance(moment, date) and moment == moment:  # NaT of pandas does not
        parsed = moment
    if parsed is None:
        raise SettingsError(
            f"{name} is {moment!r}; valid: 2026-11-21, 2026-11-21T09:30, "
            "2026-11-21T09:30:00+01:00; without a zone it is UTC"
        )
    if not isinstance(parsed, datetime):
        parsed = datetime(parsed.year, parsed.month, parsed.day, tzinfo=timezone.utc)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=timezone.utc)
    return _since_epoch(parsed)


def _since_epoch(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
