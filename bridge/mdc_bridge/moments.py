"""Moments as the tools print them."""

from __future__ import annotations

from datetime import datetime, timezone


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(timezone.utc)


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC, to the second, such as `2026-11-21T09:30:00Z`."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
