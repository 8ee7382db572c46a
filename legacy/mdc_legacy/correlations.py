"""Correlations as the old SDK hands them to scripts: a dict of the eight `$aml_*` values."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Dict, Optional

import numpy
import pandas

from mdc_core.data.correlation_columns import (
    CORRELATION_HEADER,
    HEADERS,
    TIMESTAMP_HEADER,
    labels_of_headers,
    parse_time,
)
from mdc_core.data.rows import with_nested_cells
from mdc_core.data.snapshot import is_spark_frame
from mdc_core.errors import UnsupportedDataError
from mdc_core.layouts import utc

UNSUPPORTED_DATA = (
    "collect failed: input data must be list,numpy array, pandas dataframe, or spark "
    "dataframe. Corresponding modules must be installed first."
)

# Results of `append_correlations` for 1-D arrays, while scripts hold them. By id, because arrays
# cannot be compared as keys.
_results_of_1d: weakref.WeakValueDictionary[int, numpy.ndarray] = weakref.WeakValueDictionary()

Correlations = Dict[str, Any]


def identity_of(correlations: Mapping[str, Any], time_us: int) -> tuple[str, int]:
    """Return the id in correlations and their time, microseconds since the epoch.

    Args:
        correlations: what `collect` returned for the inputs, here or in the original package.
        time_us: returned if they have no time.
    """
    own_time_us = parse_time(correlations.get(TIMESTAMP_HEADER))
    return str(correlations[CORRELATION_HEADER]), time_us if own_time_us is None else own_time_us


def append_correlations(data: Any, correlations: Optional[Mapping[str, Any]]) -> Any:
    """Return data with the eight values behind each row; as it is without correlations.

    Args:
        data: a list or a 1-D array (one row), an array of more dimensions (a row for each entry
            of the first), or a DataFrame of pandas or Spark.
        correlations: what `collect` returned for the inputs.

    Raises:
        UnsupportedDataError: for anything else.
    """
    if correlations is None:
        return data
    cells = [correlations.get(header) for header in HEADERS]
    if isinstance(data, list):
        return data + cells
    if isinstance(data, pandas.DataFrame):
        return _append_to_frame(data, cells)
    if isinstance(data, numpy.ndarray):
        return _append_to_array(data, cells)
    if is_spark_frame(data):
        return _append_to_spark_frame(data, cells)
    raise UnsupportedDataError(UNSUPPORTED_DATA)


def as_given(array: numpy.ndarray) -> numpy.ndarray:
    """Return the result for a 1-D array as a 1-D one again, for the row rule; others unchanged."""
    return array.reshape(-1) if _results_of_1d.get(id(array)) is array else array


def _append_to_frame(frame: pandas.DataFrame, cells: list[Any]) -> pandas.DataFrame:
    extended = frame.copy()
    if isinstance(frame.columns, (pandas.CategoricalIndex, pandas.IntervalIndex)):
        # They take no other labels in older pandas.
        extended.columns = pandas.Index(list(frame.columns), dtype=object)
    for label, cell in zip(labels_of_headers(frame.columns), cells):
        try:
            # Where there are no rows, only a single value tells the column's dtype.
            extended[label] = cell if isinstance(cell, (str, int)) else [cell] * len(frame)
        except UnicodeEncodeError:  # pandas 3 keeps texts in pyarrow, where that is installed
            extended[label] = pandas.Series([cell] * len(frame), frame.index, dtype=object)
    return extended


def _append_to_spark_frame(frame: Any, cells: list[Any]) -> Any:
    if type(frame).__module__.startswith("pyspark.sql.connect"):
        from pyspark.sql.connect.functions import lit
    else:
        from pyspark.sql.functions import lit
    for header, cell in zip(HEADERS, cells):
        frame = frame.withColumn(header, lit(cell))
    return frame


def _append_to_array(array: numpy.ndarray, cells: list[Any]) -> numpy.ndarray:
    """Return rows of Python objects, as `numpy.append` makes them of any dtype."""
    objects = _row_objects(array)
    rows, width = objects.shape
    filled = numpy.empty((rows, width + len(cells)), dtype=object)
    filled[:, :width] = objects
    for column, cell in enumerate(cells, width):
        filled[:, column].fill(cell)
    if array.ndim < 2:
        _results_of_1d[id(filled)] = filled
    return filled


def _row_objects(array: numpy.ndarray) -> numpy.ndarray:
    """Return a 2-D array of objects, a row for each row; masked cells are None."""
    if array.ndim > 2:
        return with_nested_cells(array)
    objects = numpy.asarray(array).astype(object)
    if isinstance(array, numpy.ma.MaskedArray) and not array.dtype.names:
        objects[numpy.ma.getmaskarray(array)] = None
    return objects if objects.ndim == 2 else objects.reshape(1, -1)


def timestamp_text(time_us: int) -> str:
    """Return a time as `datetime.isoformat` does, without a zone; every call needs one."""
    seconds, microseconds = divmod(time_us, 1_000_000)
    return f"{_second(seconds)}.{microseconds:06}" if microseconds else _second(seconds)


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return utc(seconds * 1_000_000).replace(tzinfo=None).isoformat()
