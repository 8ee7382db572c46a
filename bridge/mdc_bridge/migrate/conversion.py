"""One unit of work: its files read, its lines made, and all of it published or nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from mdc_core.errors import StoreError

from ..archive.chunks import read_chunks
from ..archive.identity import correlation_prefix, event_prefix
from ..archive.places import ArchiveFile
from ..archive.records import Reject
from ..archive.rows import RowReader
from ..files import Files
from ..files.base import PRIVATE_FOLDER
from .blocks import BlockReader, FileFacts
from .groups import Groups
from .hour_files import HourFiles, MadeFile
from .ledger import Ledger, UnitReport
from .line_maker import LineMaker
from .progress import Count, silent
from .scattered import ScatteredRows
from .tails import TailReader, inner_json
from .units import Unit

_REJECTS_FOLDER = f"{PRIVATE_FOLDER}/rejects"


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
        StoreError: when the source cannot be read or the destination not written; then nothing
            counts as done, and a second run does the unit again.
    """
    groups, made = _attempt(unit, source, destination, scratch / "1", longest, frozenset(), count)
    again = groups.ids_again()
    if again:
        for file in made:
            file.local.unlink()
        groups, made = _attempt(
            unit, source, destination, scratch / "2", longest, frozenset(again), silent
        )
    report = UnitReport(
        unit=unit.id,
        dataset=str(unit.dataset.source),
        plan=unit.dataset.digest,
        source=unit.source_version,
        complete=False,
        paths=tuple(file.path for file in made),
        size=unit.size,
        rejects=f"{_REJECTS_FOLDER}/{unit.id}.jsonl" if groups.rejects else "",
        reasons=dict(Counter(_kind(each.reason) for _, each in groups.rejects)),
        rows=groups.counts.rows,
        lines=groups.counts.lines,
        rejected=groups.counts.rejected,
        without_correlation=groups.counts.without_correlation,
        cut=groups.counts.cut,
    )
    _publish(report, made, groups.rejects, destination)
    return replace(report, complete=True)


def _attempt(
    unit: Unit,
    source: Files,
    destination: Files,
    folder: Path,
    longest: int,
    again: frozenset[int],
    count: Count,
) -> tuple[Groups, list[MadeFile]]:
    folder.mkdir()
    stream = unit.dataset.stream
    files = HourFiles(folder, stream, unit.id, destination.url)
    make_line = LineMaker(stream, files.put_raw)
    groups = Groups(make_line, files, longest, ScatteredRows(folder / "scattered"), again)
    for file in unit.files:
        blocks = _block_reader(unit, file)
        groups.begin_file(file.info.path, event_prefix(file.place).encode())
        with source.open(file.info.path) as content:
            for chunk in read_chunks(content):
                groups.add(blocks.read(chunk))
                count(len(chunk.content))
    groups.end_file()
    groups.write_scattered()
    return groups, files.close()


def _block_reader(unit: Unit, file: ArchiveFile) -> BlockReader:
    dataset = unit.dataset
    tails = TailReader(dataset.time_zone, file.folder.version)
    return BlockReader(
        RowReader(dataset.header, dataset.names, dataset.under_one_name),
        tails,
        dataset.columns,
        FileFacts(
            correlation_prefix(file.place).encode(),
            tails.of_folder(file.folder.date),
            inner_json(file.folder.version.encode()),
        ),
    )


def _publish(
    report: UnitReport,
    made: list[MadeFile],
    rejects: list[tuple[str, Reject]],
    destination: Files,
) -> None:
    """Publish a unit's files, so that a run killed in the middle is mended by the next one."""
    ledger = Ledger(destination)
    before = ledger.read(report.unit)
    if before is None:
        for file in made:
            if destination.exists(file.path):
                raise StoreError(
                    f"{file.path} in {destination} is there, and no migration has noted it; "
                    "remove it, or choose another destination"
                )
    # Noted before they are there: whatever comes next knows which files are this unit's.
    named = set(report.made) | set(before.made if before else ())
    ledger.write(replace(report, paths=tuple(sorted(named - {report.rejects}))))
    for path in sorted(named - set(report.made)):
        destination.remove(path)
    if report.rejects:
        destination.write(report.rejects, b"".join(_reject_line(*each) for each in rejects))
    for file in made:
        destination.publish(file.path, file.local)
    ledger.write(replace(report, complete=True))


def _reject_line(path: str, rejected: Reject) -> bytes:
    value = {"file": path, **rejected._asdict()}
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _kind(reason: str) -> str:
    """Return a reason without the cell it names."""
    return reason.partition(": ")[0]
