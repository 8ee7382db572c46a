"""Rows of one shape as JSON objects: all cells woven into a template at once, and each checked.

The digits of numbers are carried over as they stand. The check is one parse of all numbers of a
batch; only where that fails is a column, and then a cell, looked at by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from mdc_core.encoding.cells import text_json

from ..archive.json_types import (
    BOOLEAN,
    BOOLEANS,
    INFINITIES,
    INTEGER,
    NULL,
    NULLS,
    NUMBER,
    STRING,
    are_integers,
    are_numbers,
    fault_of,
)
from ..archive.rows import Shape

Column = list[bytes]
_ESCAPED = bytes(range(32)) + b'"\\'


class EncodedRows(NamedTuple):
    """The rows of a batch as JSON.

    Attributes:
        rows: one text for each row, objects separated by commas where the shape is upright.
        faults: reason by row number, for rows with a cell that is not what its column claims.
        infinities: number of cells that hold one and became null, by row number.
    """

    rows: list[bytes]
    faults: dict[int, str]
    infinities: Mapping[int, int]


class RowEncoder:
    """Encodes rows of one shape.

    Args:
        shape: of the rows.
        types: JSON type by column name; others are texts.
    """

    def __init__(self, shape: Shape, types: Mapping[str, str]) -> None:
        self._shape = shape
        kinds = [types.get(name, STRING) for name in shape.names]
        self._kinds = kinds * shape.width if shape.is_upright else kinds
        self._numbers = [at for at, kind in enumerate(self._kinds) if kind == NUMBER]
        self._integers = [at for at, kind in enumerate(self._kinds) if kind == INTEGER]
        self._texts = [at for at, kind in enumerate(self._kinds) if kind == STRING]
        self._booleans = [at for at, kind in enumerate(self._kinds) if kind == BOOLEAN]

    def encode(self, columns: Sequence[Column], rows: int) -> EncodedRows:
        """Return rows as JSON.

        Args:
            columns: the cells by column, in valid UTF-8.
            rows: number of rows.
        """
        columns = list(columns)
        faults: dict[int, str] = {}
        infinities: Counter[int] = Counter()
        if not self._all_numbers(columns, rows):
            for at in self._numbers + self._integers:
                if not INFINITIES.isdisjoint(columns[at]):
                    cells = enumerate(columns[at])
                    infinities.update(row for row, cell in cells if cell in INFINITIES)
                columns[at] = self._checked(columns[at], at, faults)
        for at in self._booleans:
            columns[at] = self._checked(columns[at], at, faults)
        quoted = self._quote_texts(columns)
        template = _template(self._shape, tuple(quoted))
        pieces = list(template) * rows
        step = len(template)
        for at, column in enumerate(columns):
            pieces[2 * at + 1 :: step] = column
        join = b"".join
        return EncodedRows(
            [join(pieces[start : start + step]) for start in range(0, rows * step, step)],
            faults,
            infinities,
        )

    def _all_numbers(self, columns: Sequence[Column], rows: int) -> bool:
        """Return whether no cell of the numeric columns needs a second look."""
        count = len(self._numbers) + len(self._integers)
        if not count:
            return True
        integers = _joined(columns, self._integers)
        if not are_integers(integers):
            return False
        parts = [part for part in (_joined(columns, self._numbers), integers) if part]
        return are_numbers(b",".join(parts), count * rows)

    def _checked(self, column: Column, at: int, faults: dict[int, str]) -> Column:
        """Return a column with its missing values as null, and note cells that are not of it."""
        kind = self._kinds[at]
        if kind == BOOLEAN:
            known = {**NULLS, **BOOLEANS}
            checked = [known.get(cell, cell) for cell in column]
            is_right = set(checked) <= {b"true", b"false", NULL}
        else:
            checked = [NULLS.get(cell, cell) for cell in column]
            present = [cell for cell in checked if cell is not NULL]
            joined = b",".join(present)
            is_right = are_numbers(joined, len(present)) and (
                kind == NUMBER or are_integers(joined)
            )
        if not is_right:
            name = self._shape.names[0 if self._shape.is_upright else at]
            for row, cell in enumerate(column):
                fault = fault_of(cell, kind)
                if fault is not None:
                    faults.setdefault(row, f"column {name}: {_shown(cell)} is {fault}")
        return checked

    def _quote_texts(self, columns: list[Column]) -> list[bool]:
        """Make texts safe; return by column whether the template brings the quotes."""
        brings_quotes = [False] * len(columns)
        all_plain = _is_plain(_joined(columns, self._texts))
        for at in self._texts:
            column = columns[at]
            is_plain = all_plain or _is_plain(b",".join(column))
            if is_plain and b"" not in column:
                brings_quotes[at] = True
            elif is_plain:
                columns[at] = [b'"%s"' % cell if cell else NULL for cell in column]
            else:
                columns[at] = [text_json(cell.decode()) if cell else NULL for cell in column]
        return brings_quotes


def _is_plain(text: bytes) -> bool:
    return len(text.translate(None, _ESCAPED)) == len(text)


def _joined(columns: Sequence[Column], chosen: Sequence[int]) -> bytes:
    return b",".join(chain.from_iterable(columns[at] for at in chosen))


def _shown(cell: bytes) -> str:
    return repr(cell[:80].decode("utf-8", "backslashreplace"))


@lru_cache(maxsize=256)
def _template(shape: Shape, quoted: tuple[bool, ...]) -> tuple[bytes, ...]:
    """Return what stands before, between and after the cells of a row, with gaps for the cells."""
    if not shape.width:
        return (b"{}",)
    pieces: list[bytes] = []
    for at in range(shape.width):
        name = text_json(shape.names[0 if shape.is_upright else at]) + b":"
        between = b"},{" if shape.is_upright else b","
        before = b"{" if at == 0 else between
        closing = b'"' if at and quoted[at - 1] else b""
        opening = b'"' if quoted[at] else b""
        pieces += [closing + before + name + opening, b""]
    return (*pieces, b'"}' if quoted[-1] else b"}")
