"""`verify(source, destination)`: whether a destination holds what a migration wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from mdc_core.layouts import CSV_ROOT

from ..arguments import AnyPath
from ..collected.period import Moment, Period
from ..files import Files, open_files
from ..progress import Progress, silent
from .destination import FileState, sizes_of, state_of
from .noted import Noted, noted_of
from .plan import Plan


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
        others: see `Noted`; their files are not looked at.
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
        return _verified(noted_of(archive, there, period, plan), there, progress)


def _verified(known: Noted, destination: Files, progress: Progress) -> Verification:
    not_migrated: list[str] = []
    states: dict[str, FileState] = {}
    units = known.folders.keys() | known.reports.keys()
    for done, unit in enumerate(sorted(units), 1):
        report = known.reports.get(unit)
        if report is not None and report.complete:
            states.update((path, state_of(path, report, destination)) for path in report.made)
        elif unit in known.folders:
            not_migrated.append(known.folders[unit])
        progress(done, len(units))

    def paths_of(state: FileState) -> list[str]:
        return [path for path, each in states.items() if each is state]

    # A file's name begins with the id of its unit.
    of_units = {path for path in sizes_of(destination) if path.rpartition("/")[2][:32] in units}
    # Units are in the order of their ids, which means nothing to a reader.
    return Verification(
        files=len(paths_of(FileState.AS_WRITTEN)),
        unmarked=len(paths_of(FileState.UNMARKED)),
        missing=sorted(not_migrated + paths_of(FileState.MISSING)),
        changed=sorted(paths_of(FileState.CHANGED)),
        extra=sorted(of_units - states.keys()),
        others=known.others,
    )
