"""What a destination holds of a migration, in comparison with what its notes say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from mdc_core.errors import MissingFileError, UnreadableFileError
from mdc_core.layouts import JSONL_ROOT

from ..files import Files
from .ledger import REJECTS_FOLDER, UnitReport, mark_of


class FileState(Enum):
    """What became of a file since a migration wrote it."""

    AS_WRITTEN = "as written"
    UNMARKED = "exists, but an older release did not record its content"
    CHANGED = "changed"
    MISSING = "missing"


def sizes_of(destination: Files) -> dict[str, int]:
    """Return the size of every file at a destination that a migration may have made, by path.

    Empty where the destination does not exist yet.

    Raises:
        StoreError: when it cannot be read.
    """
    try:
        folders = (JSONL_ROOT, REJECTS_FOLDER)
        return {info.path: info.size for each in folders for info in destination.find(each)}
    except MissingFileError:
        return {}


def is_there(report: UnitReport, sizes: Mapping[str, int]) -> bool:
    """Return whether a unit's files are there, none of them emptied or cut off.

    Args:
        report: of the unit.
        sizes: see `sizes_of`.
    """
    return all(
        sizes.get(path) and (path not in report.marks or report.marks[path].size == sizes[path])
        for path in report.made
    )


def state_of(path: str, report: UnitReport, destination: Files) -> FileState:
    """Read a file of a unit and return what became of it.

    Raises:
        StoreError: when the destination cannot be read.
    """
    mark = report.marks.get(path)
    try:
        with destination.open(path) as stream:
            if mark is None:
                return FileState.UNMARKED
            return FileState.AS_WRITTEN if mark_of(stream) == mark else FileState.CHANGED
    except MissingFileError:
        return FileState.MISSING
    except UnreadableFileError:
        if destination.exists(path):
            raise
        return FileState.CHANGED  # to a folder
