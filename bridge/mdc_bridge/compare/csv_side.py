"""The CSV side of a comparison, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple, Optional
from zoneinfo import ZoneInfo

from mdc_core.data.correlation_columns import HEADERS, NO_REQUEST_ID, parse_time
from mdc_core.data.sampling import is_sampled
from mdc_core.errors import MissingFileError, SettingsError
from mdc_core.layouts import CSV_ROOT, EPOCH, utc

from ..archive.chunks import read_chunks
from ..archive.contents import open_content
from ..archive.copies import list_archive
from ..archive.identity import place_id
from ..archive.places import ArchiveFile
from ..archive.raw_rows import CUT_OFF, Reject
from ..archive.rows import RowReader, Shape, ShapedRow
from ..collected.period import ALWAYS, DAY_US, folder_bounds, time_of
from .naming import CsvCounterpart, StreamVersion
from .packed import CsvRecord, Shapes
from .rows import Numbered
from .sides import Found, Sides

_LISTED = 10
# The folder is chosen by the time in the row, or by that of the call; these may differ.
_SLACK_US = DAY_US
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


class _Tail(NamedTuple):
    """The values of a row's correlation cells; None for empty ones."""

    id: Optional[str]
    time_us: Optional[int]
    version: Optional[str]
    request_id: Optional[str]


_NO_TAIL = _Tail(None, None, None, None)


class CsvFile(NamedTuple):
    """One file.

    Attributes:
        archived: the file and what its path says.
        target: what its rows became.
        begin_us, end_us: of its folder's time.
    """

    archived: ArchiveFile
    target: CsvCounterpart
    begin_us: int
    end_us: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.archived.info.size


class CsvSide:
    """Reads the CSV rows of a tree.

    Args:
        sides: what is compared.
        streams, shapes: numbers for what rows refer to.
        first_path: number of the first file's path.

    Attributes:
        targets: endpoint, deployment and collection of all files that are wanted, of any period.
        found: problems and counts that were found besides the rows.
    """

    def __init__(
        self, sides: Sides, streams: Numbered, shapes: Shapes, first_path: int = 0
    ) -> None:
        self.targets: set[tuple[str, str, str]] = set()
        self.found = Found()
        self._files = sides.left.open()
        self._sides = sides
        self._period = sides.period
        self._has_bounds = sides.period != ALWAYS
        self._is_sampled = sides.sampled < 100
        self._streams = streams
        self._paths = Numbered(first=first_path)
        self._shapes = shapes
        self._last: tuple[list[str], Optional[ZoneInfo], _Tail] = ([], None, _NO_TAIL)
        self._stream_numbers: dict[tuple[str, Optional[str]], int] = {}

    def find(self) -> list[CsvFile]:
        """Return the files that can hold rows of the period.

        Raises:
            MissingFileError: the tree holds no CSV of the old SDK.
            SettingsError: it holds none of what is wanted.
        """
        archived, left_out = list_archive(self._files)
        problems = self.found.problems
        for file in left_out:
            if file.is_copy:
                problems.add_copy(file.path, file.reason)
            elif file.is_unreadable:
                problems.add(file.path, None, file.reason)
            else:
                problems.add_left_out(file.path, file.reason)
        if not archived:
            raise MissingFileError(
                f"{self._files} holds no CSV of the old SDK; valid: the folder {CSV_ROOT}, or the "
                "folder or container with it, with files subscription/group/workspace/service/"
                "model/version/designation/yyyy/MM/dd/data.csv"
            )
        chosen = [file for file in map(self._chosen, archived) if file is not None]
        if not self.targets:
            folders = {file.folder for file in archived}
            names = {f"{each.service}/{each.model}/{each.designation}" for each in folders}
            raise SettingsError(
                f"{self._files} has no CSV of what was asked for; it has the services, models and "
                f"designations {', '.join(sorted(names)[:_LISTED])}"
            )
        return chosen

    def rows(
        self, chosen: Iterable[CsvFile], progress: Callable[[int], None]
    ) -> Iterator[CsvRecord]:
        """Yield the rows of files; `progress` is called with the bytes of each."""
        for file in chosen:
            try:
                yield from self._rows_of(file)
            except OSError as error:
                self._add_unreadable(file, None, str(error))
            progress(file.size)

    def _chosen(self, file: ArchiveFile) -> Optional[CsvFile]:
        folder = file.folder
        target = self._sides.naming.target(file) if self._sides.wanted.takes(folder) else None
        if target is None:
            return None
        self.targets.add(target[:3])
        bounds = folder_bounds(folder.date)
        if bounds is None:
            self.found.problems.add(file.info.path, None, f"{folder.date} is not a date")
            return None
        begin_us, end_us = (_in_utc(bound, target.zone) for bound in bounds)
        if not self._period.may_hold(begin_us - _SLACK_US, end_us + _SLACK_US):
            return None
        return CsvFile(file, target, begin_us, end_us)

    def _rows_of(self, file: CsvFile) -> Iterator[CsvRecord]:
        path = file.archived.info.path
        number = self._paths.number(path)
        reader = RowReader(file.target.header, file.target.names)
        with open_content(self._files, path, file.target.encoding) as content:
            for index, chunk in enumerate(read_chunks(content)):
                entries = reader.read(chunk)
                if index == 0:
                    entries = [*_doubtful_header(reader, file.target), *entries]
                for entry in entries:
                    if not isinstance(entry, Reject):
                        row = self._row(file, entry, number)
                        if row is not None:
                            yield row
                    elif entry.reason == CUT_OFF:
                        self.found.problems.add_torn(path)
                    else:
                        self._add_unreadable(file, entry.line, entry.reason)

    def _row(self, file: CsvFile, row: ShapedRow, path: int) -> Optional[CsvRecord]:
        tail = self._tail(row.tail, file.target.zone)
        time_us = tail.time_us
        if time_us is not None:
            if self._has_bounds and not self._period.holds(time_us):
                return None
        elif not self._period.may_hold(file.begin_us, file.end_us):
            return None
        if (
            tail.id is not None
            and self._is_sampled
            and not is_sampled(tail.request_id or tail.id, self._sides.sampled)
        ):
            self.found.sampled_out += 1
            return None
        has_id = tail.id is not None
        in_doubt = time_us is None and not self._period.covers(file.begin_us, file.end_us)
        return (
            self._stream(file, tail.version),
            tail.id or place_id(file.archived.place, row.line),
            has_id,
            time_us,
            file.begin_us,
            file.end_us - file.begin_us < DAY_US,
            path,
            row.line,
            tail.request_id,
            in_doubt or (not has_id and self._is_sampled),
            row.line == 0,
            self._shapes.names(row.shape.names),
            tuple(row.cells),
        )

    def _tail(self, cells: list[str], zone: Optional[ZoneInfo]) -> _Tail:
        """Return what correlation cells say; rows of one call, which stand together, share it."""
        if cells != self._last[0] or zone is not self._last[1]:
            tail = _NO_TAIL
            if cells:
                identifier, time, *_, version, request_id = cells
                time_us = time_of(time) if time[-1:] not in "zZ" else parse_time(time)
                if zone is not None and time_us is not None and not _ZONE.search(time):
                    time_us = _in_utc(time_us, zone)
                request_id = "" if request_id == NO_REQUEST_ID else request_id
                tail = _Tail(identifier or None, time_us, version or None, request_id or None)
            self._last = (cells, zone, tail)
        return self._last[2]

    def _stream(self, file: CsvFile, version: Optional[str]) -> int:
        number = self._stream_numbers.get((file.archived.info.path, version))
        if number is None:
            folder = file.archived.folder
            stream = StreamVersion(*file.target[:3], version or folder.version)
            number = self._streams.number(tuple(stream))
            self._stream_numbers[file.archived.info.path, version] = number
            names = (folder.service, folder.model, stream.version, folder.designation)
            self.found.folders.setdefault(stream, set()).add("/".join(names))
        return number

    def _add_unreadable(self, file: CsvFile, line: Optional[int], reason: str) -> None:
        self.found.problems.add(file.archived.info.path, line, reason)
        self.found.unreadable[self._streams[self._stream(file, None)]] += 1


def _doubtful_header(reader: RowReader, target: CsvCounterpart) -> list[ShapedRow]:
    """Return the header as a row, if it was taken for a header only by its values."""
    cells = list(reader.header_cells)
    if not cells or target.header != "auto" or HEADERS[0] in cells:
        return []
    return [ShapedRow(0, Shape(tuple(cells), len(cells), False), cells, [])]


def _in_utc(time_us: int, zone: Optional[ZoneInfo]) -> int:
    """Return a moment given by a clock in a zone."""
    if zone is None:
        return time_us
    return (utc(time_us).replace(tzinfo=zone) - EPOCH) // timedelta(microseconds=1)
