"""`undo(source, destination)`: exactly what a migration wrote is removed."""

from __future__ import annotations

from dataclasses import dataclass, field

from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from ..arguments import AnyPath
from ..collected.period import Moment, Period
from ..files import Files, open_files
from ..files.base import PRIVATE_FOLDER
from ..progress import Advance, silent
from .destination import FileState, state_of
from .ledger import Ledger
from .planning import archive_files
from .units import folders_of, is_in_period


@dataclass
class Undoing:
    """What was taken back.

    Attributes:
        units: number of units that are no longer migrated.
        removed: number of files that were removed.
        changed: paths of files that somebody has changed since; they stay.
    """

    units: int = 0
    removed: int = 0
    changed: list[str] = field(default_factory=list)


def undo(
    source: AnyPath,
    destination: AnyPath,
    *,
    since: Moment = None,
    until: Moment = None,
    source_container: str = CSV_ROOT,
    container: str = CSV_ROOT,
    advance: Advance = silent,
) -> Undoing:
    """Remove what an archive was converted to; all else at the destination stays.

    Args:
        source: the archive; only listed.
        destination: where it was migrated to.
        since: see `migrate`.
        until: see `migrate`.
        source_container: of the archive, in a storage account.
        container: of the destination, in a storage account.
        advance: called with the units done and the units in all.

    Raises:
        SettingsError: when a place or a day makes no sense.
        StoreError: when the source cannot be read or the destination not written; a second run
            goes on.
    """
    period = Period.of(since, until)
    with open_files(source, "SOURCE", source_container) as archive:
        files = [file for file in archive_files(archive)[0] if is_in_period(file, period)]
    with open_files(destination, "DESTINATION", container) as there:
        undone = _undone(set(folders_of(files, None)), there, advance)
        for folder in (JSONL_ROOT, PRIVATE_FOLDER):
            there.remove_empty_folders(folder)
        return undone


def _undone(units: set[str], destination: Files, advance: Advance) -> Undoing:
    undoing = Undoing()
    ledger = Ledger(destination)
    due = sorted(units & ledger.units())
    for done, unit in enumerate(due, 1):
        report = ledger.read(unit)
        if report is None:  # somebody else has just removed it
            continue
        for path in report.made:
            state = state_of(path, report, destination)
            if state is FileState.CHANGED:
                undoing.changed.append(path)
            elif state is not FileState.MISSING:
                destination.remove(path)
                undoing.removed += 1
        ledger.remove(unit)
        undoing.units += 1
        advance(done, len(due))
    return undoing
