"""Whether this machine's clock tells the time: folders and times of all that is collected do."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Optional

from .report import Check, fail, ok, warn

_FIRST_YEAR, _LAST_YEAR = 2024, 2099
_OFFSET_SECONDS = 60
# A request signed with a key is refused beyond this; source: "Authorize with Shared Key".
_REFUSED_SECONDS = 15 * 60
_REMEDY = (
    "set the clock of the machine (NTP): times and folders of collected data are wrong by that"
)


def check_clock(now: Optional[float] = None) -> Check:
    """Return a check of whether the year can be right.

    Args:
        now: seconds since the epoch; None for this machine's.
    """
    moment = datetime.fromtimestamp(time.time() if now is None else now, timezone.utc)
    found = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return fail("clock", f"{found} cannot be", _REMEDY)
    return ok("clock", found)


def check_offset(name: str, offset: float) -> Check:
    """Return a check of how far this machine's clock is from another one.

    Args:
        name: whose the other clock is.
        offset: seconds that this machine's clock is ahead.
    """
    direction = "ahead of" if offset > 0 else "behind"
    found = f"{abs(offset):.0f} s {direction} that of {name}"
    if abs(offset) >= _REFUSED_SECONDS:
        return fail("clock", f"{found}; requests signed with a key are refused", _REMEDY)
    if abs(offset) >= _OFFSET_SECONDS:
        return warn("clock", found, _REMEDY)
    return ok("clock", f"agrees with that of {name} within {abs(offset) + 1:.0f} s")
