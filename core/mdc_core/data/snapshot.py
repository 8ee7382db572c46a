"""Snapshots: what `collect` was given, isolated from what the script does to it afterwards.

This runs in the caller's thread. Encoding does not: a snapshot holds copies of numpy blocks and
nothing that had to be formatted. Mutable objects in cells are copied deeply, immutable ones not.
"""

from __future__ import annotations

import copy
import datetime
import decimal
import sys
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Union

import numpy
import pandas

_IMMUTABLE = frozenset(
    {
        str,
        int,
        float,
        bool,
        complex,
        bytes,
        type(None),
        type(pandas.NaT),
        type(pandas.NA),
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        decimal.Decimal,
        uuid.UUID,
        pandas.Timestamp,
        pandas.Timedelta,
        pandas.Period,
        pandas.Interval,
    }
)
_STRING_OVERHEAD = 56


class FrameSnapshot(NamedTuple):
    """The values of a frame as pandas stores them: blocks of columns of one dtype.

    Attributes:
        columns: the frame's column labels.
        rows: number of rows.
        values: a 2-D array of shape (columns of the block, rows), or a 1-D extension array.
        placements: for each block the positions of its columns: a slice, an array, or a pandas
            placement that holds one of them.
    """

    columns: pandas.Index
    rows: int
    values: Sequence[Any]
    placements: Sequence[Any]


class ArraySnapshot(NamedTuple):
    """A copy of a numpy array of any shape."""

    array: numpy.ndarray


class ListSnapshot(NamedTuple):
    """A deep copy of a list."""

    items: list[Any]


Snapshot = Union[FrameSnapshot, ArraySnapshot, ListSnapshot]


def snapshot_frame(frame: pandas.DataFrame) -> tuple[FrameSnapshot, int]:
    """Return an isolated snapshot of a frame, and its size in bytes."""
    values = []
    placements = []
    size = 0
    for block_values, placement in _blocks(frame):
        if not isinstance(block_values, numpy.ndarray):
            block_values = block_values.copy()
            size += _extension_size(block_values)
        elif block_values.dtype.kind == "O":
            block_values, block_size = _isolated_objects(block_values)
            size += block_size
        else:
            # "K" keeps the memory order: a plain copy of a transposed block would rearrange it.
            block_values = block_values.copy("K")
            size += block_values.nbytes
        values.append(block_values)
        placements.append(placement)
    # Tuples: the garbage collector looks through every list that waits, again and again.
    return FrameSnapshot(frame.columns, len(frame), tuple(values), tuple(placements)), size


def snapshot_array(array: numpy.ndarray) -> tuple[ArraySnapshot, int]:
    """Return an isolated snapshot of an array, and its size in bytes; masked cells become None."""
    if isinstance(array, numpy.ma.MaskedArray):
        array = _without_mask(array)
    if array.dtype == object:
        isolated, size = _isolated_objects(array)
        return ArraySnapshot(isolated), size
    isolated = numpy.array(array, copy=True, order="K", subok=False)
    return ArraySnapshot(isolated), isolated.nbytes + _isolate_fields(isolated)


def snapshot_list(items: Sequence[Any]) -> tuple[ListSnapshot, int]:
    """Return an isolated snapshot of a list, and its size in bytes."""
    isolated = [item if type(item) in _IMMUTABLE else _isolated(item) for item in items]
    return ListSnapshot(isolated), _size_of(isolated)


def is_spark_frame(data: object) -> bool:
    """Return whether `data` is a Spark frame (classic or Connect), without importing Spark."""
    if "pyspark" not in sys.modules:
        return False
    return any(
        base.__module__.startswith("pyspark.sql") and base.__name__ == "DataFrame"
        for base in type(data).__mro__
    )


def _manager_blocks(frame: pandas.DataFrame) -> Iterable[tuple[Any, Any]]:
    """Yield the arrays behind a frame; the attribute is private, see `_column_blocks`."""
    return [(block.values, block.mgr_locs) for block in frame._mgr.blocks]  # noqa: SLF001


def _column_blocks(frame: pandas.DataFrame) -> Iterable[tuple[Any, Any]]:
    """Yield the columns of a frame one by one, by public means only and ten times slower."""
    for position in range(frame.shape[1]):
        series = frame.iloc[:, position]
        if isinstance(series.dtype, numpy.dtype):
            array = series.to_numpy()
            yield array.reshape(1, len(array)), slice(position, position + 1)
        else:
            yield series.array, slice(position, position + 1)


def _manager_is_as_expected() -> bool:
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4], "c": [5.0, 6.0]})
    try:
        cells = {
            int(position): list(values[row])
            for values, placement in _manager_blocks(frame)
            for row, position in enumerate(placement)
        }
    except (AttributeError, TypeError, ValueError, IndexError):
        return False
    return cells == {0: [1.0, 2.0], 1: [3, 4], 2: [5.0, 6.0]}


_blocks = _manager_blocks if _manager_is_as_expected() else _column_blocks


def _isolated_objects(values: Any) -> tuple[numpy.ndarray, int]:
    cells = numpy.asarray(values, dtype=object).ravel().tolist()
    if all(type(cell) is str for cell in cells):
        return numpy.array(values, dtype=object, copy=True), _text_size(cells)
    isolated = numpy.empty(len(cells), dtype=object)
    for position, cell in enumerate(cells):
        isolated[position] = cell if type(cell) in _IMMUTABLE else _isolated(cell)
    return isolated.reshape(values.shape), _size_of(cells)


def _isolate_fields(array: numpy.ndarray) -> int:
    """Isolate objects in the fields of a structured array, in place; return their size."""
    size = 0
    for name in (array.dtype.names or ()) if array.dtype.hasobject else ():
        field = array[name]
        if field.dtype == object:
            field[...], field_size = _isolated_objects(field)
            size += field_size
        else:
            size += _isolate_fields(field)
    return size


def _without_mask(array: numpy.ma.MaskedArray[Any, Any]) -> numpy.ndarray:
    """Return the cells as objects, None where masked; records of fields become rows."""
    names = array.dtype.names
    if names:
        fields = [_without_mask(array[name]).reshape(array.size, -1) for name in names]
        return numpy.concatenate(fields, axis=1)
    cells = numpy.empty(array.size, dtype=object)
    values = numpy.ma.getdata(array).ravel()
    for position, masked in enumerate(numpy.ma.getmaskarray(array).ravel().tolist()):
        cells[position] = None if masked else values[position]
    return cells.reshape(array.shape)


def _isolated(cell: Any) -> Any:
    """Return a deep copy; what cannot be copied is replaced by its text, taken now."""
    try:
        return copy.deepcopy(cell)
    except Exception:  # noqa: BLE001  objects of any class may refuse in any way
        return _text(cell)


def _text(cell: Any) -> str:
    try:
        return str(cell)
    except Exception:  # noqa: BLE001  a cell without even a text must not cost its row
        return f"<{type(cell).__name__}>"


def _text_size(cells: list[str]) -> int:
    return sum(map(len, cells)) + _STRING_OVERHEAD * len(cells)


def _size_of(items: Iterable[Any]) -> int:
    """Return an estimate in bytes; containers are counted to any depth."""
    size = 0
    for item in items:
        if type(item) in _IMMUTABLE:
            size += _STRING_OVERHEAD
            if type(item) is str or type(item) is bytes:
                size += len(item)
        else:
            size += _nested_size(item)
    return size


def _nested_size(item: Any) -> int:
    size = 0
    counted: set[int] = set()  # containers may hold themselves
    waiting = [item]
    while waiting:
        item = waiting.pop()
        size += _STRING_OVERHEAD
        if isinstance(item, (str, bytes)):
            size += len(item)
            continue
        if id(item) in counted:
            continue
        counted.add(id(item))
        if isinstance(item, numpy.ndarray):
            size += item.nbytes
            if item.dtype == object:
                waiting.extend(item.ravel().tolist())
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple, set, frozenset)):
            waiting.extend(item)
    return size


def _extension_size(values: Any) -> int:
    if isinstance(values.dtype, pandas.StringDtype):
        # Their own count is that of the references.
        cells = numpy.asarray(values, dtype=object).ravel().tolist()
        return _text_size([cell for cell in cells if type(cell) is str])
    return int(getattr(values, "nbytes", _STRING_OVERHEAD * len(values)))
