"""Rows with ground truth beside them, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional, Union

import pandas

from .batch import Batch, TableBatch
from .columns import Kind
from .rows import Rows
from .truth_arrays import TruthArrays
from .truth_beside import TruthBeside


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
        self, rows: Rows, truth: pandas.DataFrame, on: Union[str, tuple[str, str]]
    ) -> None:
        self._rows = rows
        self._beside = TruthBeside(rows.no_rows(), truth, on)

    @property
    def unused(self) -> str:
        """What to say if none of the rows had any; see `TruthBeside.unused`."""
        return self._beside.unused

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [*self._rows.names, *self._beside.columns.columns]

    def batches(self, rows: int, size: int) -> Iterator[Batch]:
        """Yield the rows in batches."""
        key = self._beside.key
        arrays: Optional[TruthArrays] = None
        for batch in self._rows.batches(rows, size):
            if isinstance(batch, TableBatch):
                arrays = TruthArrays(self._beside) if arrays is None else arrays
                if arrays.are_plain:
                    yield arrays.beside(batch)
                    continue
            column = pandas.DataFrame({key: batch.column(key)})
            joined = self._beside.joined_part(column)
            columns = dict(batch.columns)
            kinds = dict(batch.kinds)
            for name in self._beside.columns.columns:
                columns[name] = _cells(joined[name])
                kinds[name] = Kind(columns[name])
            yield Batch(columns, kinds, batch.fraction)

    def no_rows(self) -> pandas.DataFrame:
        """Return the frame of no rows."""
        return self._beside.joined_part(self._rows.no_rows())

    def frames(self, rows: int, size: int) -> Iterator[pandas.DataFrame]:
        """Yield the rows in frames."""
        return map(self._beside.joined_part, self._rows.frames(rows, size))


def _cells(column: pandas.Series) -> list[Any]:
    return [
        None if is_gap else cell
        for cell, is_gap in zip(column.astype(object).tolist(), column.isna().tolist())
    ]
