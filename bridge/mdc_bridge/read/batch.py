"""Some rows of many, with what is known of all: as lists, or as columns of pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, Protocol

import numpy
import pandas

from .columns import BOOLEANS, FLOATS, INTEGERS, ColumnKind, column_of, times_of
from .origin import ID, LINE, ORIGIN, PLACES, REQUEST, ROW, TIME
from .placed import LineOrigins
from .tables import ARROW, PLACE, TableChunk, whole


@dataclass
class FrameBatch:
    """Some rows.

    Attributes:
        columns: the cells by name: all columns that any row has; None where there is no value,
            times in integer microseconds since the epoch.
        kinds: of the whole columns.
        fraction: of seconds that the whole column of times has, as `datetime.isoformat` names it.
    """

    columns: dict[str, list[Any]]
    kinds: dict[str, ColumnKind]
    fraction: str

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[ID])

    def column(self, name: str) -> Any:
        """Return a column as `read` does."""
        return self.column_of(name, self.columns[name])

    def column_of(self, name: str, cells: list[Any]) -> Any:
        """Return the cells of a column as `read` does."""
        return times_of(cells) if name == TIME else column_of(cells, self.kinds[name])

    def frame(self) -> pandas.DataFrame:
        """Return them as `read` does."""
        columns = {name: self.column(name) for name in self.kinds}
        return pandas.DataFrame(columns, index=pandas.RangeIndex(self.height))


class FrameSource(Protocol):
    """Rows that can be had in parts, as often as needed."""

    @property
    def names(self) -> list[str]:
        """Names of the columns."""

    def batches(self, rows: int, size: int) -> Iterator[FrameBatch]:
        """Yield them in batches of so many rows and bytes of JSON, at most."""

    def frames(self, rows: int, size: int) -> Iterator[pandas.DataFrame]:
        """Yield them in frames."""

    def no_rows(self) -> pandas.DataFrame:
        """Return the frame of none."""


class TableBatch(FrameBatch):
    """Rows of a table with the numbers of their lines.

    Args:
        chunk: the rows.
        places: of their lines.
        names: of the columns, by side and name.
        kinds: of the whole columns, by name.
        fraction: see `FrameBatch`.

    Attributes:
        arrays: the columns by name: int64, double, string, bool, or null; times in integer
            microseconds since the epoch; those of `PLACES` are dictionaries with the same indices.
        is_plain: whether these are what the columns hold as a whole.
    """

    def __init__(
        self,
        chunk: TableChunk,
        places: LineOrigins,
        names: dict[Any, str],
        kinds: dict[str, ColumnKind],
        fraction: str,
    ) -> None:
        import pyarrow

        cells = {name: chunk.table.column(name) for name in (ID, LINE, ROW, TIME, REQUEST)}
        here = chunk.table.column(PLACE).combine_chunks()
        for name, texts in zip(PLACES, zip(*places.names)):
            known = pyarrow.array(texts, "string")
            cells[name] = pyarrow.DictionaryArray.from_arrays(here, known, safe=False)
        self.arrays = {name: whole(cells[name]) for name in ORIGIN}
        self.is_plain = True
        data = chunk.data
        for coded, name in names.items():
            column = data.get(coded)
            if column is None or column.null_count == len(column):
                column = pyarrow.nulls(chunk.height, ARROW.get(kinds[name].name, "null"))
            elif kinds[name].name in ARROW:
                column = column.cast(ARROW[kinds[name].name])
            else:
                self.is_plain = False
            self.arrays[name] = whole(column)
        self.kinds = kinds
        self.fraction = fraction

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.arrays[ID])

    @property
    def columns(self) -> dict[str, list[Any]]:  # type: ignore[override]
        """The cells by name; see `FrameBatch`."""
        return {name: array.to_pylist() for name, array in self.arrays.items()}

    def beside(self, arrays: dict[str, Any], kinds: dict[str, ColumnKind]) -> TableBatch:
        """Return the rows with more columns, and their kinds."""
        batch = copy(self)
        batch.arrays = {**self.arrays, **arrays}
        batch.kinds = {**self.kinds, **kinds}
        return batch

    def column(self, name: str) -> Any:
        """Return a column as `read` does."""
        array, kind = self.arrays[name], self.kinds[name]
        if name == TIME or kind.name not in (INTEGERS, FLOATS, BOOLEANS):
            return self.column_of(name, array.to_pylist())
        if kind.name == FLOATS:
            return array.to_numpy(zero_copy_only=False)
        if kind.has_gaps:
            dtype: Any = pandas.Int64Dtype() if kind.name == INTEGERS else pandas.BooleanDtype()
            return dtype.__from_arrow__(array)
        return numpy.array(array.to_numpy(zero_copy_only=False))
