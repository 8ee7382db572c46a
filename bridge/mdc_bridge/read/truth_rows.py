"""Rows with ground truth beside them, batch by batch: as lists, or as columns of pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Optional, Union

import numpy
import pandas

from .batch import FrameBatch, TableBatch
from .columns import ColumnKind
from .matching import NONE
from .rows import SortedRows
from .truth_beside import TruthBeside

_CELLS = {"Int64": 0, "float64": 0.5, "boolean": True}


class RowsWithTruth:
    """Rows beside their truth; see `join_truth`.

    Args:
        rows: the rows.
        truth: see `join_truth`.
        on: see `join_truth`.

    Raises:
        SettingsError: see `join_truth`.
    """

    def __init__(
        self, rows: SortedRows, truth: pandas.DataFrame, on: Union[str, tuple[str, str]]
    ) -> None:
        self._rows = rows
        self._beside = TruthBeside(rows.no_rows(), truth, on)

    @property
    def unused(self) -> str:
        """The message if no row had ground truth; see `TruthBeside.unused`."""
        return self._beside.unused

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [*self._rows.names, *self._beside.columns.columns]

    def batches(self, rows: int, size: int) -> Iterator[FrameBatch]:
        """Yield the rows in batches."""
        key = self._beside.key
        for batch in self._rows.batches(rows, size):
            if isinstance(batch, TableBatch) and self._plain_columns is not None:
                places = self._places(batch)
                truth = self._plain_columns.items()
                arrays = {name: array.take(places) for name, (array, _) in truth}
                yield batch.beside(arrays, {name: kind for name, (_, kind) in truth})
                continue
            joined = self._beside.joined(pandas.DataFrame({key: batch.column(key)}))
            columns = dict(batch.columns)
            kinds = dict(batch.kinds)
            for name in self._beside.columns.columns:
                columns[name] = _cells(joined[name])
                kinds[name] = ColumnKind(columns[name])
            yield FrameBatch(columns, kinds, batch.fraction)

    def no_rows(self) -> pandas.DataFrame:
        """Return the frame of no rows."""
        return self._beside.joined(self._rows.no_rows())

    def frames(self, rows: int, size: int) -> Iterator[pandas.DataFrame]:
        """Yield the rows in frames."""
        return map(self._beside.joined, self._rows.frames(rows, size))

    @cached_property
    def _plain_columns(self) -> Optional[dict[str, tuple[Any, ColumnKind]]]:
        """The columns of the truth for tables; None where tables cannot hold all of them."""
        columns = {}
        for name, column in self._beside.columns.items():
            array = _array(column)
            if array is None or not isinstance(name, str):
                return None
            # Rows without truth have gaps, in whichever part they are.
            columns[name] = array, ColumnKind((_CELLS.get(str(column.dtype), ""), None))
        return columns

    @cached_property
    def _keys(self) -> Any:
        return _texts(self._beside.keys)

    def _places(self, batch: TableBatch) -> Any:
        """Return the row of the truth of each row, a gap where there is none."""
        import pyarrow.compute

        name = self._beside.key
        keys = batch.arrays[name]
        if self._keys is not None and str(keys.type) == "string":
            places = pyarrow.compute.index_in(keys, value_set=self._keys, skip_nulls=True)
            self._beside.note(len(places), places.null_count < len(places))
            return places
        rows = self._beside.positions(pandas.DataFrame({name: batch.column(name)}))
        return pyarrow.array(rows, mask=rows == NONE)


def _cells(column: pandas.Series) -> list[Any]:
    return [
        None if is_gap else cell
        for cell, is_gap in zip(column.astype(object).tolist(), column.isna().tolist())
    ]


def _array(column: pandas.Series) -> Any:
    """Return a column as pyarrow's; None if a table cannot have it."""
    import pyarrow

    kind = str(column.dtype)
    if kind not in _CELLS:
        # The type of objects in Parquet depends on the objects in all rows.
        return None if column.dtype == object else _texts(column)
    if kind == "float64" and numpy.isinf(column.to_numpy()).any():
        return None
    return pyarrow.array(column, from_pandas=True)


def _texts(column: pandas.Series) -> Optional[Any]:
    """Return a column of texts and gaps, as `read` has them; None for any other."""
    import pyarrow

    if column.dtype != pandas.Series(["text"]).dtype or not len(column):
        return None
    gaps = column.isna().to_numpy()
    cells = [None if gap else cell for cell, gap in zip(column.tolist(), gaps.tolist())]
    if not all(cell is None or type(cell) is str for cell in cells):
        return None
    try:
        return pyarrow.array(cells, "string")
    except UnicodeEncodeError:  # a lone surrogate
        return None
