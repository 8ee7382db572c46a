"""The one row rule: which rows and columns a collected value stands for.

Used by everything that makes or compares JSONL, so that inputs and outputs of a request have
the same number of rows wherever they are read. The legacy CSV keeps the original's own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy

from ..interrupts import is_interrupt
from .column_names import column_names
from .snapshot import ArraySnapshot, FrameSnapshot, ListSnapshot, Snapshot
from .table import Block, Table, table_of_array, table_of_frame

_TEXTS = (str, bytes)
# Rows between two breaths.
_ROWS = 32


def table_of(
    snapshot: Snapshot,
    feature_names: Sequence[str] = (),
    input_rows: Optional[int] = None,
    breathe: Callable[[], None] = lambda: None,
) -> Table:
    """Return the rows that a snapshot stands for.

    Frames, arrays of two and more dimensions, and lists of equally long sequences are rows as
    they stand; but such a list is columns when it has one sequence for each of the feature names,
    each as long as the same request's inputs had rows, unless these are as many as the names.
    A 1-D value of n entries is n rows of one column when the same request's inputs had n > 1 rows
    too, or when there is exactly one feature name; else it is one row.

    Args:
        snapshot: the value.
        feature_names: names for its columns; missing ones become `column_{i}`.
        input_rows: number of rows of the same request's inputs, None where there are none.
        breathe: called often where rows are looked at one by one, see `Turns`.
    """
    if isinstance(snapshot, FrameSnapshot):
        return table_of_frame(snapshot)
    if isinstance(snapshot, ArraySnapshot):
        return _table_of_array(snapshot.array, feature_names, input_rows, breathe)
    return _table_of_list(snapshot, feature_names, input_rows, breathe)


def count_rows(
    snapshot: Snapshot, feature_names: Sequence[str] = (), input_rows: Optional[int] = None
) -> int:
    """Return how many rows `table_of` makes of a snapshot."""
    if isinstance(snapshot, FrameSnapshot):
        return snapshot.rows
    if isinstance(snapshot, ArraySnapshot):
        if snapshot.array.dtype.names:
            return int(snapshot.array.size)
        if snapshot.array.ndim > 1:
            return len(snapshot.array)
        entries = snapshot.array.size
    else:
        items = snapshot.items
        if items and is_rows(items):
            return len(items[0]) if is_columns(items, feature_names, input_rows) else len(items)
        entries = len(items)
    return entries if is_one_column(entries, feature_names, input_rows) else 1


def rows_of_texts(snapshot: Snapshot, feature_names: Sequence[str]) -> Optional[int]:
    """Return how many rows inputs have that are texts without names: the model's, one by one.

    Returns:
        None for all other inputs, of which `count_rows` says it.
    """
    if feature_names or isinstance(snapshot, FrameSnapshot):
        return None
    if isinstance(snapshot, ArraySnapshot):
        array = snapshot.array
        is_text = array.dtype.kind in "USTO" and array.ndim == 1
        values: Sequence[Any] = array.tolist() if is_text else ()
    else:
        values = snapshot.items
    return (
        len(values) if values and all(issubclass(type(value), _TEXTS) for value in values) else None
    )


def is_one_column(entries: int, feature_names: Sequence[str], input_rows: Optional[int]) -> bool:
    """Return whether a 1-D value of `entries` is a column; else it is a row."""
    return entries == 0 or len(feature_names) == 1 or (entries > 1 and input_rows == entries)


def is_columns(
    rows: Sequence[Any], feature_names: Sequence[str], input_rows: Optional[int]
) -> bool:
    """Return whether equally long sequences are columns, such as `[labels, probabilities]`."""
    return len(rows) == len(feature_names) != len(rows[0]) == input_rows


def is_rows(items: Sequence[Any]) -> bool:
    """Return whether all items are sequences of one length (texts do not count as sequences)."""
    lengths = set()
    try:
        for item in items:
            if not isinstance(item, (list, tuple)) and not (
                isinstance(item, numpy.ndarray) and item.ndim > 0
            ):
                return False
            lengths.add(len(item))
    except BaseException as error:
        if is_interrupt(error):
            raise
        return False
    return len(lengths) == 1


def _table_of_array(
    array: numpy.ndarray,
    feature_names: Sequence[str],
    input_rows: Optional[int],
    breathe: Callable[[], None],
) -> Table:
    if array.dtype.names:
        array = _unstructured(array, breathe)
    if array.ndim < 2:
        array = array.reshape(-1)
        upright = is_one_column(len(array), feature_names, input_rows)
        array = array.reshape(-1, 1) if upright else array.reshape(1, -1)
    elif array.ndim > 2:
        array = with_nested_cells(array, breathe)
    return table_of_array(array, column_names(feature_names, array.shape[1]))


def _table_of_list(
    snapshot: ListSnapshot,
    feature_names: Sequence[str],
    input_rows: Optional[int],
    breathe: Callable[[], None],
) -> Table:
    items = snapshot.items
    if items and is_rows(items):
        columns = is_columns(items, feature_names, input_rows)
        rows = [list(row) for row in (zip(*items) if columns else items)]
    elif is_one_column(len(items), feature_names, input_rows):
        rows = [[item] for item in items]
    else:
        rows = [items]
    width = len(rows[0]) if rows else len(feature_names)
    cells = numpy.empty((width, len(rows)), dtype=object)
    for row, values in enumerate(rows):
        if row % _ROWS == 0:
            breathe()
        for column, value in enumerate(values):
            cells[column, row] = value
    return Table.of(column_names(feature_names, width), [Block(cells, range(width))], len(rows))


def _unstructured(array: numpy.ndarray, breathe: Callable[[], None]) -> numpy.ndarray:
    cells = numpy.empty((array.size, len(array.dtype.names or ())), dtype=object)
    for row, record in enumerate(array.reshape(-1)):
        if row % _ROWS == 0:
            breathe()
        for column, value in enumerate(record):
            cells[row, column] = value
    return cells


def with_nested_cells(
    array: numpy.ndarray, breathe: Callable[[], None] = lambda: None
) -> numpy.ndarray:
    """Return an array of more than two dimensions as a 2-D one whose cells are arrays."""
    cells = numpy.empty(array.shape[:2], dtype=object)
    for row in range(array.shape[0]):
        if row % _ROWS == 0:
            breathe()
        for column in range(array.shape[1]):
            cells[row, column] = array[row, column]
    return cells
