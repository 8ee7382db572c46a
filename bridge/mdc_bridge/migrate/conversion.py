"""One unit of work: its files read, its lines made, and all of it published or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from mdc_core.errors import StoreError, UnreadableFileError

from ..archive.chunks import read_chunks
from ..archive.contents import open_content
from ..archive.identity import correlation_prefix, event_prefix
from ..archive.places import ArchiveFile
from ..archive.rows import RowReader
from ..files import Files
from ..progress import Count, silent
from .blocks import BlockReader, FileFacts
from .content_mark import mark_of
from .existing import Existing, Selection, existing_of
from .groups import NO_HASHES, Groups
from .hour_files import HourFiles, MadeFile
from .ledger import REJECTS_FOLDER, Ledger, UnitReport
from .line_maker import LineMaker
from .rejects import Rejects
from .row_counts import RowCounts
from .scattered import ScatteredRows
from .tails import TailReader, inner_json
from .units import Unit

_PUBLISHED_TOGETHER = 8


class UnreadableUnitError(UnreadableFileError):
    """A file of a unit cannot be read; nothing of the unit is converted.

    Attributes:
        path: of the file.
    """

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


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
    existing = existing_of(unit, destination)
    result = _attempt(unit, source, destination, existing, scratch / "1", longest, NO_HASHES, count)
    if len(result.again):
        for file in result.files:
            file.local.unlink()
        result = _attempt(
            unit, source, destination, existing, scratch / "2", longest, result.again, silent
        )
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


class _Result(NamedTuple):
    """What a unit becomes, on local disk.

    Attributes:
        counts: of its rows.
        files: of its lines.
        rejects: its rejected rows.
        again: hashes of ids that do not stand together; with any, the rest means nothing.
    """

    counts: RowCounts
    files: list[MadeFile]
    rejects: Rejects
    again: NDArray[numpy.int64]


def _attempt(
    unit: Unit,
    source: Files,
    destination: Files,
    existing: Existing,
    folder: Path,
    longest: int,
    again: NDArray[numpy.int64],
    count: Count,
) -> _Result:
    folder.mkdir()
    stream = unit.dataset.stream
    with ExitStack() as cleanup:
        files = HourFiles(folder, stream, unit.id, destination.url)
        cleanup.callback(files.release)
        rejects = cleanup.enter_context(closing(Rejects(folder / "rejects")))
        scattered = cleanup.enter_context(closing(ScatteredRows(folder / "scattered", longest)))
        make_line = LineMaker(stream, files.put_raw)
        selection = Selection(unit.period, existing)
        groups = Groups(make_line, files, rejects, scattered, longest, again)
        for file in unit.files:
            blocks = _block_reader(unit, file)
            groups.begin_file(file.info.path, event_prefix(file.place).encode())
            selection.begin_file(correlation_prefix(file.place).encode())
            try:
                with open_content(source, file.info.path, unit.dataset.encoding) as content:
                    done = 0
                    for chunk in read_chunks(content):
                        groups.add(selection.of(blocks.read(chunk)))
                        count(content.done - done)
                        done = content.done
            except UnreadableFileError as error:
                raise UnreadableUnitError(str(error), file.info.path) from error
        groups.end_file()
        groups.counts.left_out = selection.left_out
        if not len(again):
            again = groups.ids_again()
        else:
            groups.write_scattered()
            again = NO_HASHES
        return _Result(groups.counts, files.close(), rejects, again)


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
    result: _Result,
    destination: Files,
    note: Path,
) -> None:
    """Publish a unit's files, so that a run killed in the middle is mended by the next one."""
    ledger = Ledger(destination)
    before = ledger.read(report.unit)
    if before is None:
        for file in result.files:
            if destination.exists(file.path):
                raise StoreError(
                    f"{file.path} in {destination} is there, and no migration has noted it; "
                    "remove it, or choose another destination"
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
