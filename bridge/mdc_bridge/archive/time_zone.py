"""The time zone of what an archive's files and folders say without one."""

from __future__ import annotations

from typing import Optional
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mdc_core.errors import SettingsError


def zone_of(name: str) -> Optional[ZoneInfo]:
    """Return a time zone by its IANA name, None for UTC.

    Raises:
        SettingsError: there is none of this name.
    """
    if name.upper() == "UTC":
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"time_zone is {name!r}; valid: UTC, or an IANA name such as Europe/Berlin that this "
            "machine knows"
        ) from None
