"""What models take and give as frames, under the names that Azure's scoring script stores.

That stores `pandas.DataFrame(result)`: columns of arrays are `0`, `1` and so on, a series has its
name, frames have theirs. It stores nothing of what pandas makes no frame of; here that is one too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, List

import numpy
import pandas

from mdc_core.data.rows import is_rows, with_nested_cells


def frame_of(value: Any) -> pandas.DataFrame:
    """Return a frame with the rows of a value.

    Args:
        value: frame, series, array of any shape, sparse matrix, list, arrays by name, or one value,
            which is one row. Rows are the first dimension.
    """
    if isinstance(value, pandas.DataFrame):
        return value
    if isinstance(value, pandas.Series):
        return value.to_frame(0 if value.name is None else value.name)
    if isinstance(value, Mapping):
        return _frame_of_mapping(value)
    if isinstance(value, (list, tuple)):
        return _frame_of_list(value)
    if hasattr(value, "toarray"):  # sparse
        value = value.toarray()
    elif not isinstance(value, numpy.ndarray) and hasattr(value, "__array__"):
        value = numpy.asarray(value)  # tensors
    if isinstance(value, numpy.ndarray) and not value.dtype.names and value.ndim:
        return pandas.DataFrame(with_nested_cells(value) if value.ndim > 2 else value)
    return pandas.DataFrame(value if isinstance(value, numpy.ndarray) and value.ndim else [value])


def _frame_of_mapping(value: Mapping[Any, Any]) -> pandas.DataFrame:
    """Return the columns that are equally long, or one row of what has no rows."""
    columns = [_sized(column) for column in value.values()]
    heights = {len(column) if column is not None else None for column in columns}
    if len(heights) != 1 or heights == {None}:
        return pandas.DataFrame([_objects(value.values())], columns=list(value), dtype=object)
    series = {
        at: pandas.Series(_cells(column)) for at, column in enumerate(columns) if column is not None
    }
    frame = pandas.DataFrame(series)
    frame.columns = list(value)
    return frame


def _frame_of_list(items: Sequence[Any]) -> pandas.DataFrame:
    if items and all(isinstance(item, Mapping) for item in items):
        # As objects, or integers of columns that some rows lack would become floats.
        return pandas.DataFrame(list(items), dtype=object)
    if items and is_rows(items):
        return pandas.DataFrame([list(item) for item in items])
    return pandas.DataFrame({0: _objects(items)})


def _sized(column: Any) -> Any:
    if isinstance(column, (list, tuple, pandas.Series)):
        return column
    if hasattr(column, "__array__"):
        array = numpy.asarray(column)
        return array if array.ndim else None
    return None


def _cells(column: Any) -> Any:
    """Return one cell for each row: plain values where a row has one, else arrays."""
    if isinstance(column, numpy.ndarray) and column.ndim > 1:
        if column.size == len(column):
            return column.reshape(-1)
        return _objects(column)
    if isinstance(column, (list, tuple)):
        has_lists = any(isinstance(cell, (list, tuple, numpy.ndarray)) for cell in column)
        return _objects(column) if has_lists else column
    return column


def _objects(values: Any) -> numpy.ndarray:
    """Return values as cells; numpy would make more dimensions of lists."""
    listed: List[Any] = list(values)
    cells = numpy.empty(len(listed), dtype=object)
    for at, value in enumerate(listed):
        cells[at] = value
    return cells
