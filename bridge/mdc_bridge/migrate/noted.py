"""What a destination has noted of one archive, whether its files are still there or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Optional

from mdc_core.errors import MissingFileError

from ..collected.period import Period
from ..files import Files
from .ledger import Ledger, UnitReport
from .plan import Plan
from .planning import archive_files
from .units import folders_of, is_in_period


@dataclass
class Noted:
    """The units of an archive, by what lies there and by the notes of the destination.

    Attributes:
        folders: source folder of each unit that the archive has, by the unit's id.
        reports: what is noted of these, and of others that were of the same archive.
        others: number of units that are noted and were of other archives, by their URL; empty
            where an older release did not note it.
    """

    folders: dict[str, str] = field(default_factory=dict)
    reports: dict[str, UnitReport] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)


def noted_of(archive: Files, destination: Files, period: Period, plan: Optional[Plan]) -> Noted:
    """Return what is noted of an archive.

    Args:
        archive: only listed; it may be empty, or gone.
        destination: where it was migrated to.
        period: of the folders' time.
        plan: leaves datasets out of `folders`; None for all.

    Raises:
        MissingFileError: the archive is empty, and nothing of it is noted.
        StoreError: one of both cannot be read, or a note is none of ours.
    """
    missing: Optional[MissingFileError] = None
    try:
        files = archive_files(archive)[0]
    except MissingFileError as error:
        files, missing = [], error
    in_period = [file for file in files if is_in_period(file, period)]
    wanted = folders_of(in_period).keys()
    ledger = Ledger(destination)
    noted = Noted(folders_of(in_period, plan))
    others: Counter[str] = Counter()
    # What lies there and is not of the period is not looked at.
    for report in ledger.read_all(sorted(ledger.units() - (folders_of(files).keys() - wanted))):
        if report.unit in wanted:
            noted.reports[report.unit] = report
        elif report.archive != archive.url:
            others[report.archive] += 1
        else:
            missing = None
            if period.may_hold(*report.days):
                noted.reports[report.unit] = report
    noted.others = dict(sorted(others.items()))
    if missing is not None:
        raise missing
    return noted
