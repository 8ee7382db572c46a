"""What a migration wrote earlier, by the notes of its destination: verified, or removed.

`verify(source, destination)` says whether a destination holds it as it was written;
`undo(source, destination)` removes exactly that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Optional

from mdc_core.errors import MissingFileError
from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from ..arguments import AnyPath
from ..collected.period import Moment, Period
from ..files import Files, open_files
from ..files.base import PRIVATE_FOLDER
from ..progress import Progress, silent
from .destination import FileState, sizes_of, state_of
from .ledger import Ledger, UnitReport, unit_of
from .plan import Plan
from .planning import archive_files
from .units import folders_of, is_in_period


@dataclass
class Verification:
    """What a destination holds, in comparison with what its notes say.

    Attributes:
        files: number of files that are as they were written.
        unmarked: number of files that are there, of which an older release did not note what
            they held.
        missing: paths of files that are gone, and of source folders that were never migrated.
        changed: paths of files that hold something else.
        extra: paths of files that are named as this migration names them, and are in no note.
        others: number of units that are noted and were of other archives, by their URL; empty
            where an older release did not note it. Their files are not looked at.
    """

    files: int = 0
    unmarked: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def is_as_written(self) -> bool:
        """Whether nothing is missing, changed or extra."""
        return not (self.missing or self.changed or self.extra)


@dataclass
class Undoing:
    """What was taken back.

    Attributes:
        units: number of units that are no longer migrated.
        removed: number of files that were removed.
        changed: paths of files that somebody has changed since; they stay, and are named each
            time until they are gone.
        others: see `Verification`; their files stay.
    """

    units: int = 0
    removed: int = 0
    changed: list[str] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)


@dataclass
class _Noted:
    """The units of an archive, by what lies there and by the notes of the destination.

    Attributes:
        folders: source folder of each unit that the archive has, by the unit's id.
        reports: what is noted of these, and of others that were of the same archive.
        others: see `Verification`.
    """

    folders: dict[str, str] = field(default_factory=dict)
    reports: dict[str, UnitReport] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)


def verify(
    source: AnyPath,
    destination: AnyPath,
    plan: Optional[Plan] = None,
    *,
    since: Moment = None,
    until: Moment = None,
    source_container: str = CSV_ROOT,
    container: str = CSV_ROOT,
    progress: Progress = silent,
) -> Verification:
    """Read what an archive was converted to, and say what is not as it was written.

    Args:
        source: the archive; only listed. What was converted of files that it has no longer is
            looked at as well.
        destination: where it was migrated to.
        plan: of the migration; datasets that it skips are not missing.
        since: see `migrate`.
        until: see `migrate`.
        source_container: of the archive, in a storage account.
        container: of the destination, in a storage account.
        progress: called with the units done and the units in all.

    Raises:
        SettingsError: when a place or a day makes no sense.
        StoreError: when source or destination cannot be read.
    """
    period = Period.of(since, until)
    with (
        open_files(source, "SOURCE", source_container) as archive,
        open_files(destination, "DESTINATION", container) as there,
    ):
        return _verified(_noted(archive, there, period, plan), there, progress)


def _verified(noted: _Noted, destination: Files, progress: Progress) -> Verification:
    not_migrated: list[str] = []
    states: dict[str, FileState] = {}
    units = noted.folders.keys() | noted.reports.keys()
    for done, unit in enumerate(sorted(units), 1):
        report = noted.reports.get(unit)
        if report is not None and report.complete:
            states.update((path, state_of(path, report, destination)) for path in report.made)
        elif unit in noted.folders:
            not_migrated.append(noted.folders[unit])
        progress(done, len(units))

    def paths_of(state: FileState) -> list[str]:
        return [path for path, each in states.items() if each is state]

    of_units = {path for path in sizes_of(destination) if unit_of(path) in units}
    # Units are in the order of their ids, which means nothing to a reader.
    return Verification(
        files=len(paths_of(FileState.AS_WRITTEN)),
        unmarked=len(paths_of(FileState.UNMARKED)),
        missing=sorted(not_migrated + paths_of(FileState.MISSING)),
        changed=sorted(paths_of(FileState.CHANGED)),
        extra=sorted(of_units - states.keys()),
        others=noted.others,
    )


def undo(
    source: AnyPath,
    destination: AnyPath,
    *,
    since: Moment = None,
    until: Moment = None,
    source_container: str = CSV_ROOT,
    container: str = CSV_ROOT,
    progress: Progress = silent,
) -> Undoing:
    """Remove what an archive was converted to; all else at the destination stays.

    Args:
        source: the archive; only listed. What was converted of files that it has no longer is
            removed as well.
        destination: where it was migrated to.
        since: see `migrate`.
        until: see `migrate`.
        source_container: of the archive, in a storage account.
        container: of the destination, in a storage account.
        progress: called with the units done and the units in all.

    Raises:
        SettingsError: when a place or a day makes no sense.
        StoreError: when the source cannot be read or the destination not written; a second run
            goes on.
    """
    period = Period.of(since, until)
    with (
        open_files(source, "SOURCE", source_container) as archive,
        open_files(destination, "DESTINATION", container) as there,
    ):
        undone = _undone(_noted(archive, there, period), there, progress)
        with there.scratch():
            pass  # removes what killed runs had on its way
        for folder in (JSONL_ROOT, PRIVATE_FOLDER):
            there.remove_empty_folders(folder)
        return undone


def _undone(noted: _Noted, destination: Files, progress: Progress) -> Undoing:
    undoing = Undoing(others=noted.others)
    ledger = Ledger(destination)
    for done, (unit, report) in enumerate(sorted(noted.reports.items()), 1):
        changed = []
        for path in report.made:
            state = state_of(path, report, destination)
            if state is FileState.CHANGED:
                changed.append(path)
            elif state is not FileState.MISSING:
                destination.remove(path)
                undoing.removed += 1
        undoing.changed += changed
        undoing.units += not report.undone
        if changed:
            # So that a run that goes on where this one was interrupted names them, too.
            kept = replace(report, paths=tuple(changed), rejects="", complete=False, undone=True)
            with destination.scratch() as scratch:
                ledger.write(kept, scratch / "note")
        else:
            ledger.remove(unit)
        progress(done, len(noted.reports))
    return undoing


def _noted(
    archive: Files, destination: Files, period: Period, plan: Optional[Plan] = None
) -> _Noted:
    """Return what is noted of an archive, which may be empty, or gone.

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
    ledger = Ledger(destination)
    known = ledger.units()
    noted = _Noted(folders_of(in_period, plan))
    wanted = sorted(known & folders_of(in_period).keys())
    noted.reports.update((report.unit, report) for report in ledger.read_all(wanted))
    others: Counter[str] = Counter()
    for report in ledger.read_all(sorted(known - folders_of(files).keys())):
        if report.archive != archive.url:
            others[report.archive] += 1
        else:
            missing = None
            if period.may_hold(*report.days):
                noted.reports[report.unit] = report
    noted.others = dict(sorted(others.items()))
    if missing is not None:
        raise missing
    return noted
