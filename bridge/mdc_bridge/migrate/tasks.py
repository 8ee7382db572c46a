"""A unit of work as it travels to another process or machine: converted whole, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Union

from mdc_core.errors import StoreError

from ..archive.places import LeftOut
from ..files import Files
from ..files.location import Location
from ..progress import Count, silent
from .ledger import REJECTS_FOLDER, Ledger, UnitReport, mark_of
from .unit_files import UnitFiles, make_files
from .units import Trees, Unit

# Rows, data, line and what waits for the file are in memory at once, for one line at most.
_MEMORY_PER_LONGEST = 16
_PUBLISHED_TOGETHER = 8


Outcome = Union[UnitReport, LeftOut]


class UnitTask(NamedTuple):
    """One unit, and all that is needed to convert it.

    Attributes:
        unit: the unit.
        source: the archive.
        destination: where the lines go.
        memory: bytes that a process may use for rows.
    """

    unit: Unit
    source: Location
    destination: Location
    memory: int

    def run(self, count: Count = silent) -> Outcome:
        """Convert the unit and publish what it becomes.

        Args:
            count: called with the bytes of source read since the last call.

        Returns:
            the unit's entry in the ledger, or what of it cannot be read.

        Raises:
            StoreError: when the source cannot be reached or the destination not written. Nothing
                counts as done then, and a second run does the unit again.
        """
        trees = Trees(self.destination.open(), self.source.open())
        longest = self.memory // _MEMORY_PER_LONGEST
        with trees.destination.scratch() as scratch:
            files = make_files(self.unit, trees, scratch, longest, count)
            if isinstance(files, LeftOut):
                return files
            report = _report(self.unit, files, trees.archive.url)
            return _publish(report, files, trees.destination, scratch / "note")


def _report(unit: Unit, files: UnitFiles, archive: str) -> UnitReport:
    """Return a unit's entry before any of its files is published."""
    marks = {file.path: file.mark for file in files.lines}
    rejects = ""
    if files.rejects.local is not None:
        rejects = f"{REJECTS_FOLDER}/{unit.id}.jsonl"
        with open(files.rejects.local, "rb") as stream:
            marks[rejects] = mark_of(stream)
    return UnitReport(
        unit=unit.id,
        dataset=str(unit.dataset.source),
        plan=unit.dataset.digest,
        source=unit.source_version,
        complete=False,
        paths=tuple(file.path for file in files.lines),
        counts=files.counts,
        size=unit.size,
        rejects=rejects,
        marks=marks,
        archive=archive,
        periods=unit.periods,
    )


def _publish(report: UnitReport, files: UnitFiles, destination: Files, note: Path) -> UnitReport:
    """Publish a unit's files, so that a run killed in the middle is mended by the next one."""
    ledger = Ledger(destination)
    before = ledger.read(report.unit)
    if before is None or before.undone:
        for file in files.lines:
            if destination.exists(file.path):
                raise StoreError(
                    f"{file.path} in {destination} already exists and was not written by a "
                    "migration; remove it, or choose another destination"
                )
    # Noted before they are there: whatever comes next knows which files are this unit's.
    named = set(report.made) | set(before.made if before else ())
    ledger.write(replace(report, paths=tuple(sorted(named - {report.rejects}))), note)
    for path in sorted(named - set(report.made)):
        destination.remove(path)
    if files.rejects.local is not None:
        destination.publish(report.rejects, files.rejects.local)
    with ThreadPoolExecutor(_PUBLISHED_TOGETHER) as pool:
        # Each waits for a disk or a server, which take many at a time.
        list(pool.map(lambda file: destination.publish(file.path, file.local), files.lines))
    published = replace(report, complete=True)
    ledger.write(published, note)
    return published
