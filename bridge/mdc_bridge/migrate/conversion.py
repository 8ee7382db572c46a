"""One unit of work: its files read, its lines made, and all of it published or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from mdc_core.errors import StoreError

from ..files import Files
from ..progress import Count, silent
from .content_mark import mark_of
from .existing import Existing
from .ledger import REJECTS_FOLDER, Ledger, UnitReport
from .unit_files import Made, make_files
from .units import Unit

_PUBLISHED_TOGETHER = 8


def convert_unit(
    unit: Unit,
    source: Files,
    destination: Files,
    scratch: Path,
    longest: int,
    count: Count = silent,
) -> UnitReport:
    """Convert one unit and publish what it becomes.

    Args:
        unit: the unit.
        source: the archive.
        destination: where the lines go.
        scratch: an empty local folder for files on their way.
        longest: bytes of rows in one line, beyond which it is cut.
        count: called with the bytes of source read since the last call.

    Returns:
        the unit's entry in the ledger.

    Raises:
        UnreadableUnitError: when a file of it cannot be read.
        StoreError: when the source cannot be reached or the destination not written. Nothing
            counts as done after either, and a second run does the unit again.
    """
    existing = partial(Existing, unit, (destination, source)) if unit.existing else None
    result = make_files(unit, source, destination, scratch, longest, existing, count)
    report = UnitReport(
        unit=unit.id,
        dataset=str(unit.dataset.source),
        plan=unit.dataset.digest,
        source=unit.source_version,
        complete=False,
        paths=tuple(file.path for file in result.files),
        counts=result.counts,
        size=unit.size,
        rejects=f"{REJECTS_FOLDER}/{unit.id}.jsonl" if result.rejects.local else "",
        marks={file.path: file.mark for file in result.files},
        archive=source.url,
        periods=unit.periods,
    )
    if result.rejects.local is not None:
        with open(result.rejects.local, "rb") as stream:
            report = replace(report, marks={**report.marks, report.rejects: mark_of(stream)})
    _publish(report, result, destination, scratch / "note")
    return replace(report, complete=True)


def withdraw_unit(report: UnitReport, destination: Files) -> None:
    """Remove all that a unit has become.

    Raises:
        StoreError: when the destination cannot be written; a second call goes on.
    """
    for path in report.made:
        destination.remove(path)
    Ledger(destination).remove(report.unit)


def _publish(
    report: UnitReport,
    result: Made,
    destination: Files,
    note: Path,
) -> None:
    """Publish a unit's files, so that a run killed in the middle is mended by the next one."""
    ledger = Ledger(destination)
    before = ledger.read(report.unit)
    if before is None or before.undone:
        for file in result.files:
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
    if result.rejects.local is not None:
        destination.publish(report.rejects, result.rejects.local)
    with ThreadPoolExecutor(_PUBLISHED_TOGETHER) as pool:
        # Each waits for a disk or a server, which take many at a time.
        list(pool.map(lambda file: destination.publish(file.path, file.local), result.files))
    ledger.write(replace(report, complete=True), note)
