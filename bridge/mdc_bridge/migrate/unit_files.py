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
from ..archive.places import LeftOut
from ..progress import Count, silent
from ..texts import counted
from .groups import NO_HASHES, Groups
from .line_maker import LineMaker
from .local_files import HourFiles, LocalFile, Rejects
from .row_batches import BatchReader
from .row_counts import RowCounts
from .scattered_rows import ScatteredRows
from .selection import Selection
from .units import Trees, Unit


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
    again: NDArray[numpy.int64] = NO_HASHES
    is_read_twice: bool = False


def make_files(
    unit: Unit,
    trees: Trees,
    scratch: Path,
    longest: int,
    count: Count = silent,
    most: Optional[int] = None,
) -> UnitFiles | LeftOut:
    """Make the files that a unit becomes, on local disk.

    Args:
        unit: the unit.
        trees: the archive, and the destination that is named by lines that refer to raw files.
        scratch: an empty local folder.
        longest: bytes of rows in one line, beyond which it is cut.
        count: called with the bytes of source read since the last call.
        most: bytes to read of each source file, about; None for all.

    Returns:
        the files, or which of the unit's source files cannot be read: then it becomes nothing.

    Raises:
        StoreError: when the source cannot be reached.
    """
    files = _attempt(unit, trees, scratch / "1", longest, NO_HASHES, count, most)
    if isinstance(files, UnitFiles) and len(files.again):
        for file in files.lines:
            file.local.unlink()
        files = _attempt(unit, trees, scratch / "2", longest, files.again, silent, most)
    return files


def _attempt(
    unit: Unit,
    trees: Trees,
    folder: Path,
    longest: int,
    again: NDArray[numpy.int64],
    count: Count,
    most: Optional[int],
) -> UnitFiles | LeftOut:
    folder.mkdir()
    stream = unit.dataset.stream
    with ExitStack() as cleanup:
        files = HourFiles(folder, stream, unit.id, trees.destination.url)
        cleanup.callback(files.release)
        rejects = cleanup.enter_context(closing(Rejects(folder / "rejects")))
        scattered = cleanup.enter_context(closing(ScatteredRows(folder / "scattered", longest)))
        make_lines = LineMaker(stream, files.put_raw)
        groups = Groups(make_lines, files, rejects, scattered, longest, again)
        selection = Selection(unit, trees, groups.counts)
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
                others = counted(len(unit.files) - 1, "file")
                beside = f"; {others} beside it not converted either" * (len(unit.files) > 1)
                return LeftOut(file.info.path, f"{error}{beside}", is_unreadable=True)
        groups.end_file()
        if len(again):
            groups.write_scattered()
            return UnitFiles(groups.counts, files.close(), rejects, is_read_twice=True)
        again = groups.scattered_ids()
        return UnitFiles(groups.counts, files.close(), rejects, again)
