"""The files that a unit becomes, on local disk."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple, Optional

import numpy
from numpy.typing import NDArray

from mdc_core.errors import UnreadableFileError

from ..archive.chunks import read_chunks
from ..archive.contents import open_content
from ..archive.identity import event_prefix
from ..progress import Count, silent
from .groups import NO_HASHES, Groups
from .line_maker import LineMaker
from .local_files import HourFiles, LocalFile, Rejects
from .row_batches import BatchReader
from .row_counts import RowCounts
from .scattered_rows import ScatteredRows
from .selection import Existing, Selection
from .units import Trees, Unit


class UnreadableUnitError(UnreadableFileError):
    """A file of a unit cannot be read; nothing of the unit is converted.

    Attributes:
        path: of the file.
    """

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


class UnitFiles(NamedTuple):
    """What a unit becomes, on local disk.

    Attributes:
        counts: of its rows.
        lines: files of its lines and raw data.
        rejects: its rejected rows.
        again: hashes of ids that do not stand together; with any, the rest means nothing.
        is_read_twice: its source files were, because of such ids.
    """

    counts: RowCounts
    lines: list[LocalFile]
    rejects: Rejects
    again: NDArray[numpy.int64]
    is_read_twice: bool = False


def make_files(
    unit: Unit,
    trees: Trees,
    scratch: Path,
    longest: int,
    count: Count = silent,
    most: Optional[int] = None,
) -> UnitFiles:
    """Make the files that a unit becomes, on local disk.

    Args:
        unit: the unit.
        trees: the archive, and the destination that is named by lines that refer to raw files.
        scratch: an empty local folder.
        longest: bytes of rows in one line, beyond which it is cut.
        count: called with the bytes of source read since the last call.
        most: bytes to read of each source file, about; None for all.

    Raises:
        UnreadableUnitError: when a file of it cannot be read.
        StoreError: when the source cannot be reached.
    """
    files = _attempt(unit, trees, scratch / "1", longest, NO_HASHES, count, most)
    if len(files.again):
        for file in files.lines:
            file.local.unlink()
        files = _attempt(unit, trees, scratch / "2", longest, files.again, silent, most)
        files = files._replace(is_read_twice=True)
    return files


def _attempt(
    unit: Unit,
    trees: Trees,
    folder: Path,
    longest: int,
    again: NDArray[numpy.int64],
    count: Count,
    most: Optional[int],
) -> UnitFiles:
    folder.mkdir()
    stream = unit.dataset.stream
    with ExitStack() as cleanup:
        files = HourFiles(folder, stream, unit.id, trees.destination.url)
        cleanup.callback(files.release)
        rejects = cleanup.enter_context(closing(Rejects(folder / "rejects")))
        scattered = cleanup.enter_context(closing(ScatteredRows(folder / "scattered", longest)))
        make_lines = LineMaker(stream, files.put_raw)
        existing = Existing(unit, trees)
        groups = Groups(make_lines, files, rejects, scattered, longest, again)
        selection = Selection(unit.periods, existing, groups.counts)
        for file in unit.files:
            batches = BatchReader(unit.dataset, file)
            groups.begin_file(file.info.path, event_prefix(file.place).encode())
            selection.begin_file(batches.correlation_prefix)
            try:
                with open_content(trees.archive, file.info.path, unit.dataset.encoding) as content:
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
        groups.counts.unreadable_lines = existing.unreadable
        if len(again):
            groups.write_scattered()
            again = NO_HASHES
        else:
            again = groups.ids_again()
        return UnitFiles(groups.counts, files.close(), rejects, again)
