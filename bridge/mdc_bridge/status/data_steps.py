"""Steps 3 and 4: which formats are written, by the days of their folders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..texts import counted
from .holdings import Holdings
from .services import WebService
from .steps import State, Step

_QUIET_DAYS = 7


def legacy_step(service: WebService, held: Holdings, now: datetime) -> Step:
    """Return step 3: CSV is being written, or was until both formats had been."""
    days = held.csv_days
    found = {"last_day": _dashed(days[-1]) if days else None, "days": len(days)}
    unreadable = [file for file in held.left_out if file.is_unreadable]
    if unreadable:
        first = unreadable[0]
        return Step(3, State.UNREADABLE, f"{first.path} {first.reason}", found)
    if not service.archives:
        return Step(3, State.UNKNOWN, "no CSV found", found)
    if not days:
        return Step(3, State.LEFT, "no CSV yet", found)
    last = _dashed(days[-1])
    quiet_since = now.date() - timedelta(days=_QUIET_DAYS)
    if held.common_days or date.fromisoformat(last) >= quiet_since:
        return Step(3, State.DONE, f"CSV, the last day {last}", found)
    return Step(3, State.LEFT, f"none is being written: the last day is {last}", found)


def dual_step(service: WebService, held: Holdings) -> Step:
    """Return step 4: both formats on the same days, migrated JSONL not regarded."""
    common = held.common_days
    found = {
        "days": len(common),
        "first_day": _dashed(common[0]) if common else None,
        "last_day": _dashed(common[-1]) if common else None,
        "live_files": len(held.live),
        "migrated_files": held.migrated,
    }
    if held.problems:
        return Step(4, State.UNREADABLE, held.problems[0], found)
    if not service.collected:
        return Step(4, State.UNKNOWN, "no JSONL found", found)
    if not held.live:
        what = "only migrated JSONL" if held.migrated else "no JSONL yet"
        return Step(4, State.LEFT, f"{what}: MDC_BRIDGE_MODE=dual", found)
    if not common:
        return Step(4, State.LEFT, "CSV and JSONL have no day in common", found)
    text = f"both on {counted(len(common), 'day')}, the last {found['last_day']}"
    return Step(4, State.DONE, text, found)


def _dashed(day: str) -> str:
    return day.replace("/", "-")
