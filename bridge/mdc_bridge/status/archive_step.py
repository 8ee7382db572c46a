"""Step 7: which units of the archive are at a destination, by the notes of the migration."""

from __future__ import annotations

import os
import re
from collections import defaultdict

from ..migrate import DatasetKey, DatasetPlan, Plan, load_plan
from ..migrate.destination import is_there, sizes_of
from ..migrate.ledger import Ledger, UnitReport
from ..migrate.units import Unit, units_of
from ..texts import counted, read_text
from .holdings import Holdings
from .services import WebService
from .steps import State, Step

# What a run with a period, or one that left out what was collected, notes behind the files.
_NARROWED = re.compile(r"(?: Period\(.*\))?(?: without existing)?")


def archive_step(service: WebService, held: Holdings) -> Step:
    """Return step 7.

    Days after the first on which a collector wrote JSONL need no migration: they are JSONL.

    Raises:
        PlanError: the plan is none.
        StoreError: a destination or the plan cannot be read, or a note is none of ours.
    """
    plan = _plan(service, held)
    planned, unplanned = units_of(plan, held.csv)
    units = [unit for unit in planned if not unit.dataset.skip]
    reports = _reports(held, {unit.id for unit in units})
    done = [unit for unit in units if _is_done(unit, reports[unit.id])]
    finished = {unit.id for unit in done}
    waiting = [unit for unit in units if unit.id not in finished]
    live = [unit for unit in waiting if _is_collected(unit, held)]
    left = len(waiting) - len(live)
    noted = sum(len(known) for _, known in held.destinations)
    rejected = sum(
        max((report.counts.rejected for report, _ in reports[unit.id]), default=0) for unit in done
    )
    # What the plan names somebody has seen.
    known = {file.path for file in plan.left_out}
    left_out = [file for file in held.left_out if not file.is_copy and file.path not in known]
    found = {
        "units": len(units),
        "done": len(done),
        "collected_live": len(live),
        "left": left,
        "rejected_rows": rejected,
        "unplanned_files": len(unplanned),
        "left_out_files": len(left_out),
    }
    if not units:
        if noted and not held.csv:
            return Step(7, State.DONE, f"{counted(noted, 'unit')} migrated, the CSV is gone", found)
        return Step(7, State.UNKNOWN, "no CSV found", found)
    counts = (
        (len(live), f"{len(live):,} collected as JSONL"),
        (rejected, f"{counted(rejected, 'row')} rejected"),
        (len(unplanned), f"{counted(len(unplanned), 'file')} not in the plan"),
        (len(left_out), f"{counted(len(left_out), 'file')} not read: mdc-bridge plan says why"),
        (left, f"{left:,} left"),
    )
    text = f"{len(done):,} of {counted(len(units), 'unit')} migrated"
    text = ", ".join([text, *(each for number, each in counts if number)])
    state = State.LEFT if left or unplanned or left_out else State.DONE
    return Step(7, state, text, found)


def _plan(service: WebService, held: Holdings) -> Plan:
    if service.plan is None:
        keys = {DatasetKey.of_file(file) for file in held.csv}
        return Plan(tuple(map(DatasetPlan.new, keys)))
    return load_plan(read_text(service.plan), os.path.basename(service.plan))


# A note, and whether the files that it names are there.
_Noted = tuple[UnitReport, bool]


def _reports(held: Holdings, units: set[str]) -> dict[str, list[_Noted]]:
    """Return the notes of each unit at all destinations."""
    reports: dict[str, list[_Noted]] = defaultdict(list)
    for files, known in held.destinations:
        due = sorted(known & units)
        sizes = sizes_of(files) if due else {}
        for report in Ledger(files).read_all(due):
            reports[report.unit].append((report, is_there(report, sizes)))
    return reports


def _is_done(unit: Unit, reports: list[_Noted]) -> bool:
    version = unit.source_version
    return any(
        report.complete
        and are_there
        and report.source.startswith(version)
        and _NARROWED.fullmatch(report.source[len(version) :]) is not None
        for report, are_there in reports
    )


def _is_collected(unit: Unit, held: Holdings) -> bool:
    """Return whether a unit's rows are certain to be among the lines of a collector."""
    day = unit.files[0].folder.date[:10]
    common = held.common_days
    return bool(common) and day > common[0] and held.is_live(unit.dataset.collection, day)
