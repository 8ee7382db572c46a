"""Counts by hour gathered into as many slots as a chart can show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from .report import Counts

MOST_SLOTS = 100
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_UNKNOWN = ", hour unknown"


class Slot(NamedTuple):
    """One place on the axis of time.

    Attributes:
        short: label of the axis, such as `09:00`.
        day: `21 Nov` on an axis of hours, else empty.
        name: in full, such as `21 Nov 2026 09:00 UTC`.
        counts: of its time.
    """

    short: str
    day: str
    name: str
    counts: Counts


def slots_of(hours: Mapping[str, Counts]) -> tuple[str, list[Slot]]:
    """Return the unit (`hour`, `day`, `month` or `year`) and its slots, gaps included.

    Args:
        hours: by hour, `2026-11-21T09`, or by day where the hour is not known.
    """
    if not hours:
        return "hour", []
    for unit, length in (("hour", 13), ("day", 10), ("month", 7), ("year", 4)):
        gathered: dict[str, Counts] = {}
        for hour, counts in hours.items():
            name = hour[:length]
            gathered[name] = gathered.get(name, Counts()) + counts
        names = sorted(gathered) if unit == "year" else _without_gaps(sorted(gathered), unit)
        if len(names) <= MOST_SLOTS:
            break
    return unit, [_slot(name, unit, gathered.get(name, Counts())) for name in names]


def hour_name(hour: str) -> str:
    """Return an hour as people write it; a day where the hour is not known stays one."""
    return f"{hour.replace('T', ' ')}:00" if "T" in hour else hour


def hour_end(hour: str) -> str:
    """Return when an hour ends, on its own day; a day where the hour is not known stays one."""
    return f"{hour[:10]} {int(hour[11:]) + 1:02}:00" if "T" in hour else hour


def _without_gaps(names: list[str], unit: str) -> list[str]:
    """Return the names with those between them; long gaps end the search for a fitting unit."""
    filled = [names[0]]
    for name in names[1:]:
        following = _next(filled[-1], unit)
        while following < name and len(filled) <= MOST_SLOTS:
            filled.append(following)
            following = _next(following, unit)
        filled.append(name)
    return filled


def _next(name: str, unit: str) -> str:
    moment = _moment(name)
    if unit == "hour":
        # A day whose hours are partly unknown has a slot of its own, before its hours.
        return f"{name}T00" if len(name) == 10 else (moment + _HOUR).isoformat()[:13]
    if unit == "day":
        return (moment + _DAY).isoformat()[:10]
    return (moment.replace(day=28) + timedelta(days=4)).isoformat()[:7]


def _slot(name: str, unit: str, counts: Counts) -> Slot:
    moment = _moment(name)
    day = f"{moment.day} {moment:%b}"
    if unit == "hour":
        short = "?" if len(name) == 10 else f"{moment:%H:%M}"
        full = f"{day} {moment.year}" + (_UNKNOWN if len(name) == 10 else f" {short} UTC")
        return Slot(short, day, full, counts)
    if unit == "day":
        return Slot(day, "", f"{day} {moment.year}", counts)
    text = f"{moment:%b %Y}" if unit == "month" else name
    return Slot(text, "", text, counts)


def _moment(name: str) -> datetime:
    year, month, day, hour = (name + "-01-01T00"[len(name) - 4 :])[:13].replace("T", "-").split("-")
    return datetime(int(year), int(month), int(day), int(hour))  # noqa: DTZ001  UTC throughout
