"""One dataset of an archive, looked at: its columns, their types, and what needs a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mdc_core.data.correlation_columns import CORRELATION_HEADER, REQUEST_ID_HEADER

from ..archive.chunks import CsvChunk, read_chunks
from ..archive.contents import Content, csv_name
from ..archive.headers import Header
from ..archive.places import ArchiveFile
from ..archive.raw_rows import NOT_UTF8, Reject
from ..archive.rows import RowReader, Shape, ShapedRow
from ..texts import counted
from .column_survey import ColumnSurvey
from .dataset_key import DatasetKey
from .plan import DatasetPlan
from .row_batches import regular_columns

_MOST_NAMED = 3
_NO_NAME = '""'
_OWN_NAME = CORRELATION_HEADER.encode()


class DatasetSurvey:
    """What the files of one dataset hold, as far as they were read.

    Args:
        key: the dataset.
    """

    def __init__(self, key: DatasetKey) -> None:
        self._key = key
        self._files: list[ArchiveFile] = []
        self._columns: dict[str, ColumnSurvey] = {}
        self._headers: Counter[tuple[str, ...]] = Counter()
        self._file_of_header: dict[tuple[str, ...], str] = {}
        self._without_header = 0
        self._widths_under_one_name: Counter[int] = Counter()
        self._rows = 0
        self._read = 0
        self._rejects: list[tuple[str, Reject]] = []
        self._strange_headers: list[str] = []

    def add_unreadable(self, file: ArchiveFile) -> None:
        """Take notice of a file of the dataset that cannot be read, or not to its end."""
        self._files.append(file)
        self._read += file.info.size

    def add(self, file: ArchiveFile, content: Content, most: int) -> None:
        """Look at a file.

        Args:
            file: of this dataset.
            content: of the file.
            most: bytes to read of it, about, as they are stored.
        """
        reader = RowReader()
        is_whole, names_own = True, False
        for chunk in read_chunks(content):
            names_own |= chunk.first_line == 1 and _OWN_NAME in chunk.content.partition(b"\n")[0]
            self._add_chunk(file, reader, chunk)
            if most <= content.done < file.info.size:
                is_whole = False
                break
        if reader.header_cells:
            cells = tuple(reader.header_cells)
            self._headers[cells] += 1
            self._file_of_header.setdefault(cells, file.info.path)
        elif content.done:
            self._without_header += 1
        header = Header.of_cells(reader.header_cells)
        if names_own and not header.is_correlated and header.places is None:
            self._strange_headers.append(file.info.path)
        self._files.append(file)
        self._read += file.info.size if is_whole else content.done

    def plan(self) -> DatasetPlan:
        """Return the plan of the dataset."""
        names = self._names()
        types = {
            name: self._columns.get(name, ColumnSurvey()).type for name in (*names, *self._columns)
        }
        size = sum(file.info.size for file in self._files)
        is_whole = self._read >= size
        estimated = round(self._rows * size / self._read) if self._read else 0
        return replace(
            DatasetPlan.new(self._key),
            header="absent" if self._first_rows_differ() else "auto",
            names=names,
            columns=types,
            decide=tuple(self._decisions(size)),
            found={
                "versions": sorted({file.folder.version for file in self._files}),
                "files": len(self._files),
                "kinds": sorted({_kind(file.info.path) for file in self._files}),
                "bytes": size,
                "rows": self._rows if is_whole else estimated,
                "rows_are": "counted" if is_whole else "estimated",
                "first": min(file.folder.date for file in self._files),
                "last": max(file.folder.date for file in self._files),
            },
        )

    def _add_chunk(self, file: ArchiveFile, reader: RowReader, chunk: CsvChunk) -> None:
        regular = regular_columns(reader, chunk)
        if regular is not None:
            shape, columns = regular
            lines = range(chunk.first_line, chunk.first_line + len(columns[0]))
            self._add_columns(file, shape, columns[: shape.width], lines)
            return
        rows: dict[Shape, list[ShapedRow]] = {}
        for entry in reader.read(chunk):
            if isinstance(entry, Reject):
                self._rejects.append((file.info.path, entry))
            else:
                rows.setdefault(entry.shape, []).append(entry)
        for shape, members in rows.items():
            columns = [
                [cell.encode() for cell in column]
                for column in zip(*(row.cells for row in members))
            ]
            self._add_columns(file, shape, columns, [row.line for row in members])

    def _add_columns(
        self, file: ArchiveFile, shape: Shape, columns: Iterable[list[bytes]], lines: Sequence[int]
    ) -> None:
        self._rows += len(lines)
        if shape.is_upright:
            self._widths_under_one_name[shape.width] += len(lines)
        for at, cells in enumerate(columns):
            name = shape.names[0 if shape.is_upright else at]
            self._columns.setdefault(name, ColumnSurvey()).add(cells, file.info.path, lines)

    def _names(self) -> tuple[str, ...]:
        """Return the names that most headers give."""
        if not self._headers:
            return ()
        return Header.of_cells(self._headers.most_common(1)[0][0]).names

    def _first_rows_differ(self) -> bool:
        """Return whether what looks like headers are rows of texts: no two files begin alike."""
        return self._is_all_text() and 1 < len(self._headers) == sum(self._headers.values())

    def _is_all_text(self) -> bool:
        is_plain = all(REQUEST_ID_HEADER not in cells for cells in self._headers)
        return is_plain and all(column.is_of_texts for column in self._columns.values())

    def _decisions(self, size: int) -> Iterable[str]:
        if self._read < size:
            percent = 100 * self._read // size
            yield (
                f"columns: types were found in {percent}% of the bytes; rows with other types "
                "are rejected; `--sample all` reads everything"
            )
        yield from self._decisions_on_columns()
        # 2-D arrays are all of one width; what differs in width is 1-D for certain.
        if len(self._widths_under_one_name) == 1:
            width = next(iter(self._widths_under_one_name))
            yield (
                f"under_one_name: a row of {width} cells under one name becomes {width} rows (a "
                "1-D array); if each is one row (a 2-D array), set `under_one_name: columns`, and "
                "add column_1, column_2, ... with their types to `columns`"
            )
        yield from self._decisions_on_headers()
        undecoded = [path for path, reject in self._rejects if reject.reason == NOT_UTF8]
        if undecoded:
            yield (
                f"encoding: {counted(len(undecoded), 'row')} not UTF-8, the first in "
                f"{undecoded[0]}; rejected unless `encoding` names their encoding, such as "
                "latin-1 or cp1252"
            )
        if self._rejects:
            path, first = self._rejects[0]
            yield (
                f"{counted(len(self._rejects), 'row')} that cannot be read, the first in {path}, "
                f"line {first.line}: {first.reason}"
            )

    def _decisions_on_columns(self) -> Iterable[str]:
        columns = [(name or _NO_NAME, column) for name, column in sorted(self._columns.items())]
        for name, column in columns:
            reason = column.why_text()
            if reason is not None:
                yield f"columns: {name} {reason}"
        for name, column in columns:
            if column.kind is None:
                yield f"columns: {name} has no values; its type is set to {column.type}"
        for name, column in columns:
            if column.infinities:
                cells = counted(column.infinities, "cell")
                yield (
                    f"columns: {name} holds an infinity in {cells}, which JSON cannot hold: they "
                    "become null; `string` keeps them, and all numbers as texts"
                )
        lists = [name for name, column in columns if column.is_of_lists]
        if lists:
            yield (
                f"columns: cells of {_some_of(lists)} look like lists, as "
                "collect([[0, 1], [2, 3]]) wrote them; they are migrated as texts"
            )

    def _decisions_on_headers(self) -> Iterable[str]:
        if self._strange_headers:
            number = counted(len(self._strange_headers), "file")
            yield (
                f"names: the SDK's own columns are not recognized in {number}, the first "
                f"{self._strange_headers[0]}: its names are not separated by commas alone, so that "
                "the ids and times of its rows would become data"
            )
        if self._first_rows_differ():
            yield "header: no two files begin with the same row, so first rows are treated as data"
        elif self._headers and not self._without_header and self._is_all_text():
            names = ", ".join(self._names())[:80]
            yield (
                f"header: all columns are texts, and the first row ({names}) is treated as a "
                "header; if it is data, set absent and other `names`"
            )
        if self._without_header and self._headers:
            without = counted(self._without_header, "file")
            yield f"names: {without} without a header; `names` is used there"
        elif self._without_header:
            yield (
                "names: no file has a header; columns are column_0, column_1, ... unless named; "
                "under one name, several cells of a 1-D array are that many rows"
            )
        if len(self._headers) > 1 and not self._first_rows_differ():
            files = list(self._file_of_header.values())
            yield (
                f"names: the files have {len(files)} different headers, for example "
                f"{_some_of(files)}"
            )


def _some_of(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + ", ..." * (len(names) > _MOST_NAMED)


def _kind(path: str) -> str:
    """Return the suffixes of a file, such as `csv.gz`."""
    name = path.rpartition("/")[2]
    return name[len(csv_name(name).rpartition(".")[0]) + 1 :].lower()
