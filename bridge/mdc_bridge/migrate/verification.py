"""`verify(source, destination)`: whether a destination holds what a migration wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from mdc_core.layouts import CSV_ROOT

from ..arguments import AnyPath
from ..collected.period import Moment, Period
from ..files import Files, open_files
from ..progress import Advance, silent
from .destination import FileState, sizes_of, state_of
from .ledger import Ledger
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
    """

    files: int = 0
    unmarked: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def is_as_written(self) -> bool:
        """Whether nothing is missing, changed or extra."""
        return not (self.missing or self.changed or self.extra)


def verify(
    source: AnyPath,
    destination: AnyPath,
    plan: Optional[Plan] = None,
    *,
    since: Moment = None,
    until: Moment = None,
    source_container: str = CSV_ROOT,
    container: str = CSV_ROOT,
    advance: Advance = silent,
) -> Verification:
    """Read what an archive was converted to, and say what is not as it was written.

    Args:
        source: the archive; only listed.
        destination: where it was migrated to.
        plan: of the migration; datasets that it skips are not missing.
        since: see `migrate`.
        until: see `migrate`.
        source_container: of the archive, in a storage account.
        container: of the destination, in a storage account.
        advance: called with the units done and the units in all.

    Raises:
        SettingsError: when a place or a day makes no sense.
        StoreError: when source or destination cannot be read.
    """
    period = Period.of(since, until)
    with open_files(source, "SOURCE", source_container) as archive:
        files = [file for file in archive_files(archive)[0] if is_in_period(file, period)]
    with open_files(destination, "DESTINATION", container) as there:
        return _verified(folders_of(files, plan), there, advance)


def _verified(folders: dict[str, str], destination: Files, advance: Advance) -> Verification:
    found = Verification()
    ledger = Ledger(destination)
    known = ledger.units()
    noted: set[str] = set()
    for done, (unit, folder) in enumerate(sorted(folders.items()), 1):
        report = ledger.read(unit) if unit in known else None
        if report is None or not report.complete:
            found.missing.append(folder)
        else:
            noted.update(report.made)
            for path in report.made:
                _add(found, path, state_of(path, report, destination))
        advance(done, len(folders))
    # A file's name begins with the id of its unit.
    of_these = (path for path in sizes_of(destination) if path.rpartition("/")[2][:32] in folders)
    found.extra = sorted(path for path in of_these if path not in noted)
    return found


def _add(found: Verification, path: str, state: FileState) -> None:
    if state is FileState.MISSING:
        found.missing.append(path)
    elif state is FileState.CHANGED:
        found.changed.append(path)
    elif state is FileState.UNMARKED:
        found.unmarked += 1
    else:
        found.files += 1
