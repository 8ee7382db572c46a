"""What a destination knows of units that were migrated to it: that is what a second run goes by."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Optional

from mdc_core.errors import MissingFileError, StoreError

from ..collected.period import ALWAYS, Period, folder_bounds
from ..files import Files
from ..files.base import PRIVATE_FOLDER
from .row_counts import RowCounts

REJECTS_FOLDER = f"{PRIVATE_FOLDER}/rejects"
# The versions of files that stand behind their paths hold no slash.
_DATE = re.compile(r"(?:^|/)(\d{4}/\d{2}/\d{2}(?:/\d{2})?)/[^/]*$")
_READ_AT_ONCE = 8
_FOLDER = f"{PRIVATE_FOLDER}/migrate"
_READ_BYTES = 1024 * 1024


class ContentMark(NamedTuple):
    """Size and CRC-32 of a file's content when it was published, to see later that it changed.

    Attributes:
        size: in bytes.
        crc: its CRC-32, against accidents, not against forgery.
    """

    size: int = 0
    crc: int = 0

    def after(self, content: bytes) -> ContentMark:
        """Return the mark of this content with more behind it."""
        return ContentMark(self.size + len(content), zlib.crc32(content, self.crc))


def unit_of(path: str) -> str:
    """Return the id of the unit of a migrated file, whose name begins with it."""
    return path.rpartition("/")[2][:32]


def mark_of(stream: BinaryIO) -> ContentMark:
    """Return the mark of what a stream holds."""
    mark = ContentMark()
    while content := stream.read(_READ_BYTES):
        mark = mark.after(content)
    return mark


@dataclass(frozen=True)
class UnitReport:
    """One unit's entry.

    Attributes:
        unit: its id.
        dataset: its name.
        plan: digest of the dataset's plan.
        source: version of the unit's files.
        complete: all its files are published; else they were about to be.
        paths: of its files below the destination's root.
        counts: of its rows.
        size: bytes of its source files.
        rejects: path of the file that names its rejected rows; empty without any.
        marks: of the contents of all files, by path; empty in the entries of older releases.
        archive: URL of the archive that it is of; empty in the entries of older releases.
        undone: it is migrated no longer; its files are those that somebody had changed.
        periods: see `Unit`; entries of older releases do not say it.
    """

    unit: str
    dataset: str
    plan: str
    source: str
    complete: bool
    paths: tuple[str, ...]
    counts: RowCounts
    size: int
    rejects: str
    marks: Mapping[str, ContentMark] = field(default_factory=dict)
    archive: str = ""
    undone: bool = False
    periods: tuple[Period, ...] = (ALWAYS,)

    @classmethod
    def of_mapping(cls, value: Mapping[str, Any]) -> UnitReport:
        """Return the entry that `asdict` made a mapping of, and JSON a text.

        Raises:
            ValueError, TypeError, KeyError: when it is another.
        """
        fields = {
            "paths": tuple(value["paths"]),
            "counts": RowCounts(**value["counts"]),
            "marks": {path: ContentMark(*mark) for path, mark in value.get("marks", {}).items()},
        }
        if "periods" in value:
            fields["periods"] = tuple(Period(**each) for each in value["periods"])
        return cls(**{**value, **fields})

    @property
    def days(self) -> tuple[int, int]:
        """Begin and end of the time of its folder, in microseconds since the epoch."""
        found = _DATE.search(self.source)
        bounds = None if found is None else folder_bounds(found.group(1))
        return bounds or (-(2**63), 2**63)

    @property
    def made(self) -> tuple[str, ...]:
        """Every file that the unit has made."""
        return self.paths + (self.rejects,) * bool(self.rejects)


class Ledger:
    """The entries of a destination, one small file each.

    Args:
        files: the destination.
    """

    def __init__(self, files: Files) -> None:
        self._files = files

    def units(self) -> set[str]:
        """Return the ids of all units that have an entry.

        Raises:
            StoreError: when the destination cannot be read; one that is not there yet has none.
        """
        try:
            paths = [info.path for info in self._files.find(_FOLDER) if not info.problem]
        except MissingFileError:
            return set()
        return {path.rpartition("/")[2].rpartition(".")[0] for path in paths}

    def read(self, unit: str) -> Optional[UnitReport]:
        """Return a unit's entry, None without one.

        Raises:
            StoreError: when the destination cannot be read, or the entry is none of ours.
        """
        path = self._path(unit)
        try:
            return UnitReport.of_mapping(json.loads(self._files.read(path)))
        except MissingFileError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"{path} in {self._files} is not a note of a migration ({error}); remove it and "
                f"the files whose names begin with {unit}, and the unit is migrated again"
            ) from error

    def read_all(self, units: Iterable[str]) -> Iterator[UnitReport]:
        """Yield the entries of units, of those that have one; an account takes its time for each.

        Raises:
            StoreError: see `read`.
        """
        with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
            for report in pool.map(self.read, units):
                if report is not None:
                    yield report

    def write(self, report: UnitReport, local: Path) -> None:
        """Write a unit's entry.

        Args:
            report: the entry.
            local: where it may be on its way, so that a process killed meanwhile leaves nothing.
        """
        local.write_text(json.dumps(asdict(report), indent=1, sort_keys=True), encoding="utf-8")
        self._files.publish(self._path(report.unit), local)

    def remove(self, unit: str) -> None:
        """Remove a unit's entry."""
        self._files.remove(self._path(unit))

    def withdraw(self, report: UnitReport) -> None:
        """Remove all that a unit has become, and its entry last.

        Raises:
            StoreError: when the destination cannot be written; a second call goes on.
        """
        for path in report.made:
            self._files.remove(path)
        self.remove(report.unit)

    def _path(self, unit: str) -> str:
        return f"{_FOLDER}/{unit}.json"
