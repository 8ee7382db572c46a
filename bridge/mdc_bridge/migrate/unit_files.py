"""The files that a unit becomes, on local disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple, Optional

import numpy
from numpy.typing import NDArray

from mdc_core.errors import UnreadableFileError

from ..archive.chunks import read_chunks
from ..archive.contents import open_content
from ..archive.identity import correlation_prefix, event_prefix
from ..archive.places import ArchiveFile
from ..archive.rows import RowReader
from ..files import Files
from ..progress import Count, silent
from .correlation_cells import CorrelationReader, inner_json
from .existing import Existing
from .groups import NO_HASHES, Groups
from .hour_files import HourFiles, MadeFile
from .line_maker import LineMaker
from .rejects import Rejects
from .row_batches import BatchReader, FileFacts
from .row_counts import RowCounts
from .scattered_rows import ScatteredRows
from .selection import Selection
from .units import Unit


class UnreadableUnitError(UnreadableFileError):
    """A file of a unit cannot be read; nothing of the unit is converted.

    Attributes:
        path: of the file.
    """

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


class Made(NamedTuple):
    """What a unit becomes, on local disk.

    Attributes:
        counts: of its rows.
        files: of its lines.
        rejects: its rejected rows.
        again: hashes of ids that do not stand together; with any, the rest means nothing.
        is_read_twice: its source files were, because of such ids.
    """

    counts: RowCounts
    files: list[MadeFile]
    rejects: Rejects
    again: NDArray[numpy.int64]
    is_read_twice: bool = False


def make_files(
    unit: Unit,
    source: Files,
    destination: Files,
    scratch: Path,
    longest: int,
    existing: Optional[Callable[[], Existing]] = None,
    count: Count = silent,
    most: Optional[int] = None,
) -> Made:
    """Make the files that a unit becomes, on local disk.

    Args:
        unit: the unit.
        source: the archive.
        destination: named by lines that refer to raw files.
        scratch: an empty local folder.
        longest: bytes of rows in one line, beyond which it is cut.
        existing: makes what knows the rows to leave out, anew for each time that they are read.
        count: called with the bytes of source read since the last call.
        most: bytes to read of each source file, about; None for all.

    Raises:
        UnreadableUnitError: when a file of it cannot be read.
        StoreError: when the source cannot be reached.
    """
    first, second = scratch / "1", scratch / "2"
    made = _attempt(unit, source, destination, existing, first, longest, NO_HASHES, count, most)
    if len(made.again):
        for file in made.files:
            file.local.unlink()
        again = made.again
        made = _attempt(unit, source, destination, existing, second, longest, again, silent, most)
        made = made._replace(is_read_twice=True)
    return made


def _attempt(
    unit: Unit,
    source: Files,
    destination: Files,
    existing: Optional[Callable[[], Existing]],
    folder: Path,
    longest: int,
    again: NDArray[numpy.int64],
    count: Count,
    most: Optional[int],
) -> Made:
    folder.mkdir()
    stream = unit.dataset.stream
    with ExitStack() as cleanup:
        files = HourFiles(folder, stream, unit.id, destination.url)
        cleanup.callback(files.release)
        rejects = cleanup.enter_context(closing(Rejects(folder / "rejects")))
        scattered = cleanup.enter_context(closing(ScatteredRows(folder / "scattered", longest)))
        make_lines = LineMaker(stream, files.put_raw)
        known = None if existing is None else existing()
        groups = Groups(make_lines, files, rejects, scattered, longest, again)
        selection = Selection(unit.periods, known, groups.counts)
        for file in unit.files:
            batches = batch_reader(unit, file)
            groups.begin_file(file.info.path, event_prefix(file.place).encode())
            selection.begin_file(correlation_prefix(file.place).encode())
            try:
                with open_content(source, file.info.path, unit.dataset.encoding) as content:
                    done = 0
                    for chunk in read_chunks(content):
                        groups.add(selection.of(batches.read(chunk)))
                        count(content.done - done)
                        done = content.done
                        if most is not None and done >= most:
                            break
            except UnreadableFileError as error:
                raise UnreadableUnitError(str(error), file.info.path) from error
        groups.end_file()
        if known is not None:
            groups.counts.unreadable_lines = known.unreadable
        if not len(again):
            again = groups.ids_again()
        else:
            groups.write_scattered()
            again = NO_HASHES
        return Made(groups.counts, files.close(), rejects, again)


def batch_reader(unit: Unit, file: ArchiveFile) -> BatchReader:
    """Return what reads the batches of a file of a unit."""
    dataset = unit.dataset
    correlations = CorrelationReader(dataset.time_zone, file.folder.version)
    return BatchReader(
        RowReader(dataset.header, dataset.names, dataset.under_one_name),
        correlations,
        dataset.columns,
        FileFacts(
            correlation_prefix(file.place).encode(),
            correlations.of_folder(file.folder.date),
            inner_json(file.folder.version.encode()),
        ),
    )
