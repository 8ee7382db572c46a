"""`undo(source, destination)`: exactly what a migration wrote is removed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from ..arguments import AnyPath
from ..collected.period import Moment, Period
from ..files import Files, open_files
from ..files.base import PRIVATE_FOLDER
from ..progress import Progress, silent
from .destination import FileState, state_of
from .ledger import Ledger
from .noted import Noted, noted_of


@dataclass
class Undoing:
    """What was taken back.

    Attributes:
        units: number of units that are no longer migrated.
        removed: number of files that were removed.
        changed: paths of files that somebody has changed since; they stay, and are named each
            time until they are gone.
        others: see `Noted`; their files stay.
    """

    units: int = 0
    removed: int = 0
    changed: list[str] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)


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
        undone = _undone(noted_of(archive, there, period, None), there, progress)
        with there.scratch():
            pass  # removes what killed runs had on its way
        for folder in (JSONL_ROOT, PRIVATE_FOLDER):
            there.remove_empty_folders(folder)
        return undone


def _undone(noted: Noted, destination: Files, progress: Progress) -> Undoing:
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
