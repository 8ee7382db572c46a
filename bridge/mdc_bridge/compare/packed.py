"""Rows of both sides as they wait in temporary files: small, and compared as they are.

Most rows of two sides that agree are the same texts under the same names. These are seen to be
equal without being taken apart; all others are unpacked, and compared cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Union

from .rows import Cells, CsvRow, JsonLine, Numbered

# Stream, id, has_id, time_us, folder_us, is_hourly, path, line, request_id, in_doubt, is_header,
# number of the names, cells.
CsvRecord = tuple[Any, ...]
# Stream, id, time_us, path, line, request_id, rows.
JsonRecord = tuple[Any, ...]
PackedRow = Union[tuple[int, Cells], dict[str, Any]]

STREAM, ID, HAS_ID = 0, 1, 2
_CSV_TIME, _REQUEST, _NAMES, _CELLS = 3, 8, 11, 12
TIME, ROWS = 2, 6
_PATH, _LINE, _LINE_REQUEST = 3, 4, 5
_PLAIN = frozenset({bytes, str, bool, type(None)})
_TRUE, _FALSE = "True", "False"


class Numbers(NamedTuple):
    """The numbers that streams, names and shapes have in all, by those of one reader."""

    streams: list[int]
    names: list[int]
    shapes: list[int]


class Shapes:
    """Names of rows, and kinds of the values under them, each once."""

    def __init__(self) -> None:
        self._names = Numbered()
        self._shapes = Numbered()
        # By number of the shape: the number of its names.
        self.names_of: list[int] = []

    def merge(self, other: Shapes) -> tuple[list[int], list[int]]:
        """Take the names and shapes of another; return their numbers here, by number there."""
        names = list(map(self._names.number, other._names.items))
        shapes = [self.number(*shape) for shape in other._shapes.items]
        return names, shapes

    def names(self, names: Cells) -> int:
        """Return the number of names."""
        return self._names.number(names)

    def pack(self, row: dict[str, Any]) -> PackedRow:
        """Return a row object as the number of its shape, and its values as texts.

        One with lists or objects in it stays as it is.
        """
        kinds = tuple(map(type, row.values()))
        number = self.number(tuple(row), kinds)
        if self.names_of[number] < 0:
            return row
        texts = [
            value.decode() if kind is bytes else value if kind is str else _text(value)
            for kind, value in zip(kinds, row.values())
        ]
        return number, tuple(texts)

    def number(self, names: Cells, kinds: tuple[type, ...]) -> int:
        """Return the number of a shape."""
        number = self._shapes.number((names, kinds))
        if number == len(self.names_of):
            is_plain = _PLAIN.issuperset(kinds)
            self.names_of.append(self._names.number(names) if is_plain else -1)
        return number

    def unpack(self, packed: PackedRow) -> dict[str, Any]:
        """Return the row object."""
        if isinstance(packed, dict):
            return packed
        number, texts = packed
        names, kinds = self._shapes[number]
        return {
            name: text.encode() if kind is bytes else text if kind is str else _value(kind, text)
            for name, kind, text in zip(names, kinds, texts)
        }

    def csv_row(self, record: CsvRecord) -> CsvRow:
        """Return a row of the CSV."""
        return CsvRow._make((*record[:_NAMES], self._names[record[_NAMES]], record[_CELLS]))

    def json_line(self, record: JsonRecord) -> JsonLine:
        """Return a line of the JSONL."""
        return JsonLine._make((*record[:ROWS], list(map(self.unpack, record[ROWS]))))


def are_plainly_equal(
    rows: Sequence[CsvRecord], lines: Sequence[JsonRecord], names_of: Sequence[int]
) -> bool:
    """Return whether rows of one id and lines of it are the same texts, in the same order.

    What `match_by_position` then finds: each row beside the one of its position, no difference
    between them, none beside the data, and no column that is named otherwise.

    Args:
        rows: in the order of their files.
        lines: in the order in which they were written, see `written_order`.
        names_of: see `Shapes`.
    """
    at = 0
    for line in lines:
        for packed in line[ROWS]:
            if at == len(rows) or type(packed) is dict:
                return False
            row = rows[at]
            if (
                row[_CELLS] != packed[1]
                or row[_NAMES] != names_of[packed[0]]
                or not row[HAS_ID]
                or (row[_CSV_TIME] != line[TIME] and row[_CSV_TIME] is not None)
                or (row[_REQUEST] != line[_LINE_REQUEST] and row[_REQUEST] is not None)
            ):
                return False
            at += 1
    return at == len(rows)


def written_order(line: JsonRecord) -> tuple[int, int, int]:
    """Return what sorts lines as they were written."""
    return (line[TIME], line[_PATH], line[_LINE])


def _text(value: Any) -> str:
    return "" if value is None else _TRUE if value else _FALSE


def _value(kind: type, text: str) -> Any:
    return text == _TRUE if kind is bool else None


def translated(record: tuple[Any, ...], numbers: Numbers, is_row: bool) -> tuple[Any, ...]:
    """Return a record with the numbers of its stream, names and shapes changed."""
    stream = numbers.streams[record[STREAM]]
    if is_row:
        names = numbers.names[record[_NAMES]]
        return (stream, *record[ID:_NAMES], names, record[_CELLS])
    rows = [row if type(row) is dict else (numbers.shapes[row[0]], row[1]) for row in record[ROWS]]
    return (stream, *record[ID:ROWS], rows)
