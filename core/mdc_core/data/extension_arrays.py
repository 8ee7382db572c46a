"""Isolated copies of pandas' own arrays: times, texts, categories, nullable numbers, Arrow's.

Times and texts that numpy holds are copied as its arrays: pandas' own around them cost the writer.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

import numpy
import pandas
from pandas.arrays import DatetimeArray

from .isolation import CountedOnce, texts_size
from .label_sizes import INDEX_BYTES, labels_size

# About what a block of plain cells, and one of pandas' own arrays, add to a process's memory.
BLOCK_BYTES = 400
_ARRAY_BYTES = 900
# A category with its place in the table of codes, without long text; a number as one.
_CATEGORY_BYTES = 100
_NUMBER_BYTES = 40
# Arrow's builders leave up to so much room behind what they have built.
_ARROW_SHARE = 2
_SLICE_BYTES = 4096
# Where pandas' arrays have the one of Arrow that they are made of; not all have one.
_ARROW = "_pa_array"
# The most classes that are known by their way; there are a dozen, and those of libraries.
_MOST_WAYS = 256

_categories = CountedOnce()

# Returns a copy of an array that no script can change, and its size in bytes.
Way = Callable[[Any], Tuple[Any, int]]

# By class: to ask an array what it is takes 1 us, which each column of texts would pay.
ways: Dict[type, Way] = {}


def learned_way(values: Any) -> Way:
    """Return how to isolate arrays of the class of this one, and note it in `ways`."""
    if len(ways) >= _MOST_WAYS:
        ways.clear()
    way = ways[type(values)] = _way_of(values)
    return way


def _way_of(values: Any) -> Way:
    if isinstance(values.dtype, pandas.CategoricalDtype):
        return _isolated_categories
    if hasattr(getattr(values, _ARROW, None), "get_total_buffer_size"):
        return _isolated_arrow
    if hasattr(values, _ARROW):  # of a pyarrow before 7
        return _isolated_old_arrow
    has_plain = type(getattr(values, "_ndarray", None)) is numpy.ndarray
    if type(values) is DatetimeArray and has_plain:
        return _isolated_times
    if not isinstance(values.dtype, pandas.StringDtype):
        return _isolated_others
    return isolated_plain_texts if has_plain else _isolated_texts


def _isolated_categories(values: Any) -> Tuple[Any, int]:
    size = _ARRAY_BYTES + values.codes.nbytes + _categories_size(values.dtype.categories)
    return values.copy(), size


def _isolated_arrow(values: Any) -> Tuple[Any, int]:
    # Arrow's buffers never change, so pandas' copy holds the same. `nbytes` takes 6 us, this 0.1.
    held: int = getattr(values, _ARROW).get_total_buffer_size()
    if held <= _SLICE_BYTES:
        return values.copy(), _ARRAY_BYTES + _ARROW_SHARE * held
    if held > 2 * _ARROW_SHARE * values.nbytes + _SLICE_BYTES:
        # A part of a larger one would hold all of that.
        values = values.take(numpy.arange(len(values)))
        return values, _ARRAY_BYTES + _ARROW_SHARE * values.nbytes
    return values.copy(), _ARRAY_BYTES + _ARROW_SHARE * values.nbytes


def _isolated_old_arrow(values: Any) -> Tuple[Any, int]:
    return values.copy(), _ARRAY_BYTES + _ARROW_SHARE * values.nbytes


def isolated_plain_texts(values: Any) -> Tuple[Any, int]:
    """Return the texts of a column that numpy holds, as an array of objects."""
    return isolated_text_columns([values._ndarray])  # noqa: SLF001  see `_isolated_times`


def isolated_text_columns(columns: List[numpy.ndarray]) -> Tuple[Any, int]:
    """Return a block of columns of texts.

    As older pandas holds them. A copy of each column by itself costs an event with four of them
    23,000 instructions more here, and 45,000 more in the writer.
    """
    isolated = numpy.array(columns, dtype=object)
    return isolated, BLOCK_BYTES + isolated.nbytes + texts_size(isolated.ravel().tolist())


def _isolated_times(values: Any) -> Tuple[Any, int]:
    held = values._ndarray  # noqa: SLF001  by `numpy.asarray` it takes 4 us
    if not isinstance(values.dtype, numpy.dtype):  # of a time zone
        return values.copy(), _ARRAY_BYTES + held.nbytes
    return held.copy("K"), BLOCK_BYTES + held.nbytes


def _isolated_texts(values: Any) -> Tuple[Any, int]:
    isolated = values.copy()
    return isolated, _ARRAY_BYTES + texts_size(numpy.asarray(isolated, dtype=object).tolist())


def _isolated_others(values: Any) -> Tuple[Any, int]:
    return values.copy(), _ARRAY_BYTES + int(getattr(values, "nbytes", 0))


def _categories_size(categories: pandas.Index) -> int:
    """Return the size of a table of categories in bytes; 0 when it was counted before."""
    if not _categories.is_new(categories):
        return 0
    if getattr(categories.dtype, "kind", "O") in "biufMm":
        return INDEX_BYTES + _NUMBER_BYTES * len(categories)
    return INDEX_BYTES + _CATEGORY_BYTES * len(categories) + labels_size(categories)
