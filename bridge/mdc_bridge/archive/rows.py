"""What each row of a CSV file is, row by row: ragged files included.

A file may mix rows with and without correlation cells, rows longer and shorter than its header,
repeated headers, and rows that nobody can read. Each row is taken for what it is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Optional, Union

from mdc_core.data.column_names import column_names
from mdc_core.data.correlation_columns import (
    BOUNDARY_TEXTS,
    CORRELATION_HEADER,
    HEADERS,
    REQUEST_ID_HEADER,
    UUID_END,
    parse_time,
)
from mdc_core.encoding.csv_lines import csv_lines

from .chunks import CsvChunk
from .headers import Header, are_texts, guess_header, names_correlations, stands_over_values
from .raw_rows import RawRow, Reject, read_raw_rows, reject

ONE_NAME = ("rows", "columns")
_TAIL = len(HEADERS)
_UUID_LENGTH = 36
_REQUEST_ID_NAME, _CORRELATION_NAME = REQUEST_ID_HEADER.encode(), CORRELATION_HEADER.encode()
_BOUNDARY_CELLS = {text.encode() for text in BOUNDARY_TEXTS}
NO_CORRELATION = "the cells under the correlation headers do not hold a correlation"
_CUT_CORRELATION = "its correlation cells are cut off"
_LIKE_HEADER = "equals or resembles a header: data, or a repeated header"


class Shape(NamedTuple):
    """What rows of one form have in common.

    Attributes:
        names: of its data cells, unique; the one name when `is_upright`.
        width: number of data cells.
        is_correlated: eight correlation cells follow the data cells.
        is_upright: each data cell is a row of the one column: a 1-D value of that many entries.
    """

    names: tuple[str, ...]
    width: int
    is_correlated: bool
    is_upright: bool = False


class ShapedRow(NamedTuple):
    """One row.

    Attributes:
        line: number of the line on which it begins.
        shape: its form.
        cells: its data cells.
        tail: its eight correlation cells; empty without.
    """

    line: int
    shape: Shape
    cells: list[str]
    tail: list[str]


class RowReader:
    """Reads the rows of one file, chunk by chunk.

    Args:
        header: `present`, `absent`, or `auto` to look at the first rows.
        default_names: of the data cells where the file has no header and as many cells; one name
            is that of every cell of rows of several.
        under_one_name: what several cells under one name are: `rows` of that column,
            as the row rule of the JSONL has it, or `columns`.
    """

    def __init__(
        self,
        header: str = "auto",
        default_names: Sequence[str] = (),
        under_one_name: str = "rows",
    ) -> None:
        self._mode = header
        self._default_names = tuple(default_names)
        self._upright = under_one_name == "rows"
        self._header: Optional[Header] = None
        self._header_row = RawRow(0, [], is_crlf=False)
        self._header_is_certain = False
        self._has_started = False
        self._shapes: dict[tuple[int, bool, bool], Shape] = {}

    @property
    def header_cells(self) -> Sequence[str]:
        """The cells of the header that holds for what comes next; empty without."""
        return self._header_row.cells

    def read(self, chunk: CsvChunk) -> list[Union[ShapedRow, Reject]]:
        """Return what stands in the next chunk, in order."""
        entries = list(read_raw_rows(chunk))
        if not self._has_started:
            entries = self._start(entries)
        return list(self._classified(entries))

    def shape_of_all(self, chunk: CsvChunk) -> Optional[Shape]:
        """Return the shape of a chunk's first row, if all of them may well have it.

        None before the file's header is known, and where the rows need to be looked at singly.
        """
        if not self._has_started or chunk.broken or not chunk.content.endswith(b"\n"):
            return None
        first = chunk.content[: chunk.content.index(b"\n") + 1]
        rows = list(self._classified(read_raw_rows(CsvChunk(chunk.first_line, first))))
        is_scattered = self._header is not None and self._header.places is not None
        if len(rows) != 1 or isinstance(rows[0], Reject) or is_scattered:
            return None
        return rows[0].shape

    def may_all_be(self, shape: Shape, columns: Sequence[Sequence[bytes]]) -> bool:
        """Return whether rows that look alike are all data rows of a shape.

        Those with correlation cells are proven when these are read. Among the others there might
        be a header, or a row whose last cells are a correlation, whole or cut off.
        """
        if shape.is_correlated:
            return True
        if _REQUEST_ID_NAME in columns[-1] or _CORRELATION_NAME in columns[0]:
            return False
        if self._header is None or not self._header_row.cells:
            return len(columns) < _TAIL
        if shape.width > len(self._header.names) and not _are_upright(shape, columns):
            return False
        if len(columns) >= _TAIL and not _BOUNDARY_CELLS.isdisjoint(columns[-6]):
            return False
        return self._header_row.cells[0].encode() not in columns[0]

    def _start(self, entries: list[Union[RawRow, Reject]]) -> list[Union[RawRow, Reject]]:
        raw_rows = [entry for entry in entries if isinstance(entry, RawRow)]
        if not raw_rows:
            return entries
        self._has_started = True
        guess = guess_header(raw_rows, self._mode)
        if not guess.is_header:
            return entries
        self._set_header(raw_rows[0], guess.is_certain)
        headers = raw_rows[:1]
        if len(raw_rows) > 1 and self._is_second(raw_rows[1], raw_rows[2:]):
            self._set_header(raw_rows[1], is_certain=True)
            headers = raw_rows[:2]
        return [entry for entry in entries if entry not in headers]

    def _is_second(self, raw: RawRow, others: Sequence[RawRow]) -> bool:
        """Return whether a row is a header of mostly the names that the one above it has."""
        cells = set(raw.cells)
        common = len(cells & set(self._header_row.cells))
        alike = common > 1 and 2 * common >= max(len(raw.cells), len(self._header_row.cells))
        if not alike or raw.cells == self._header_row.cells:
            return False
        return are_texts(raw.cells) and stands_over_values(raw, others)

    def _set_header(self, raw: RawRow, is_certain: bool) -> None:
        self._header_row = raw
        self._header = Header.of_cells(raw.cells)
        self._header_is_certain = is_certain
        self._shapes = {}

    def _classified(
        self, entries: Iterable[Union[RawRow, Reject]]
    ) -> Iterator[Union[ShapedRow, Reject]]:
        for entry in entries:
            if isinstance(entry, Reject):
                yield entry
            elif entry.cells[-1] == REQUEST_ID_HEADER or entry.cells[0] == CORRELATION_HEADER:
                self._set_header(entry, is_certain=True)
            elif entry.cells != self._header_row.cells or entry.is_crlf < self._header_row.is_crlf:
                yield self._row(entry)
            elif not self._header_is_certain:
                yield _reject(entry, _LIKE_HEADER)

    def _row(self, raw: RawRow) -> Union[ShapedRow, Reject]:
        cells = raw.cells
        header = self._header
        if header is not None and header.places is not None:
            return self._scattered(raw, header.places)
        width = len(cells) - _TAIL
        if width >= 0 and cells[-6] in BOUNDARY_TEXTS and UUID_END.search(cells[width]):
            shape = self._shape(width, True, raw.is_crlf)
            return ShapedRow(raw.line, shape, cells[:width], cells[width:])
        if header is not None and len(cells) > len(header.names):
            # More cells than names, and no correlation: a wide row, or one with a part of it.
            after = cells[len(header.names) :]
            if header.is_correlated and len(after) == _TAIL:
                if any(after):
                    return _reject(raw, NO_CORRELATION)
                cells = cells[: len(header.names)]
            elif len(after) < _TAIL and _begins_correlation(after, header):
                return _reject(raw, _CUT_CORRELATION)
        return ShapedRow(raw.line, self._shape(len(cells), False, raw.is_crlf), cells, [])

    def _scattered(self, raw: RawRow, places: Sequence[Optional[int]]) -> Union[ShapedRow, Reject]:
        """Return the row of a frame that carries correlation columns in places of its own."""
        if names_correlations(raw.cells):
            return _reject(raw, _LIKE_HEADER)
        if len(raw.cells) != len(self._header_row.cells):
            return _reject(raw, f"{len(raw.cells)} cells under {len(self._header_row.cells)} names")
        tail = ["" if place is None else raw.cells[place] for place in places]
        cells = [cell for at, cell in enumerate(raw.cells) if at not in places]
        shape = self._shape(len(cells), any(tail), False)
        return ShapedRow(raw.line, shape, cells, tail if shape.is_correlated else [])

    def _shape(self, width: int, is_correlated: bool, is_crlf: bool) -> Shape:
        key = (width, is_correlated, is_crlf)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._new_shape(*key)
        return shape

    def _new_shape(self, width: int, is_correlated: bool, is_crlf: bool) -> Shape:
        header = self._header
        names = self._default_names if header is None else header.names
        # Rows of frames end in LF; theirs are columns, however few the names.
        if len(names) == 1 and width > 1 and is_crlf and self._upright:
            return Shape(names, width, is_correlated, is_upright=True)
        if header is None and len(names) != width:
            names = ()
        return Shape(column_names(names, width), width, is_correlated)


def _are_upright(shape: Shape, columns: Sequence[Sequence[bytes]]) -> bool:
    # A correlation may begin behind the first cell.
    return shape.is_upright and max(map(len, columns[1])) < _UUID_LENGTH


def _begins_correlation(cells: Sequence[str], header: Header) -> bool:
    if not UUID_END.search(cells[0]):
        return False
    return header.is_correlated or (len(cells) > 1 and parse_time(cells[1]) is not None)


def _reject(raw: RawRow, reason: str) -> Reject:
    return reject(raw.line, reason, csv_lines([raw.cells]))
