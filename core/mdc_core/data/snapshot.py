"""Snapshots: what `collect` was given, isolated from what the script does to it afterwards.

This runs in the caller's thread. Encoding does not: a snapshot holds copies of numpy blocks and
nothing that had to be formatted. Mutable objects in cells are copied deeply, immutable ones not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Union

import numpy
import pandas

from ..interrupts import of_data
from .counted import CountedOnce
from .isolation import isolated_cells, size_of, texts_size

# Of objects, about, as a process's memory grows by them: an event with its snapshot of an array or
# list, one of a frame without its blocks, a block of plain cells, and one of pandas' own arrays.
EVENT_BYTES = 800
_FRAME_BYTES = 400
_BLOCK_BYTES = 400
_EXTENSION_BYTES = 900
# An index without labels; since pandas 3 its texts are Arrow's.
_INDEX_BYTES = 1600 if int(pandas.__version__.partition(".")[0]) >= 3 else 512
_RANGE_BYTES = 200
_LEVELS_BYTES = 1000
# A label, or a category with its place in the table of codes, without long text; a number.
_LABEL_BYTES = 64
_CATEGORY_BYTES = 100
_NUMBER_BYTES = 40
# Arrow's builders leave up to so much room behind what they have built.
_ARROW_SHARE = 2
_SLICE_BYTES = 4096
# Labels that were counted last: frames that share them hold them once.
_counted_labels: Any = None
_measured_labels: Any = None
_MOST_LABELS_KEPT = 1000
_categories = CountedOnce()


class FrameSnapshot(NamedTuple):
    """The values of a frame as pandas stores them: blocks of columns of one dtype.

    Attributes:
        columns: the frame's column labels.
        rows: number of rows.
        values: a 2-D array of shape (columns of the block, rows), or a 1-D extension array.
        placements: for each block the positions of its columns: a slice, an array, or a pandas
            placement that holds one of them.
        prints: there are cells whose text depends on numpy's print options.
    """

    columns: pandas.Index
    rows: int
    values: Sequence[Any]
    placements: Sequence[Any]
    prints: bool = False


class ArraySnapshot(NamedTuple):
    """A copy of a numpy array of any shape; `prints` as in a frame."""

    array: numpy.ndarray
    prints: bool = False


class ListSnapshot(NamedTuple):
    """A deep copy of a list; `prints` as in a frame."""

    items: list[Any]
    prints: bool = False


# Where pandas' arrays have the one of Arrow that they are made of; not all have one.
_ARROW = "_pa_array"

Snapshot = Union[FrameSnapshot, ArraySnapshot, ListSnapshot]


def snapshot_frame(frame: pandas.DataFrame) -> tuple[FrameSnapshot, int]:
    """Return an isolated snapshot of a frame, and its size in bytes, long labels left out."""
    global _counted_labels
    values = []
    placements = []
    size = _FRAME_BYTES
    columns = frame.columns
    if columns is not _counted_labels:
        size += _index_size(columns)
        if len(columns) <= _MOST_LABELS_KEPT:
            _counted_labels = columns
    all_plain = True
    for block_values, placement in _blocks(frame):
        if not isinstance(block_values, numpy.ndarray):
            block_values = _compact(block_values.copy())
            size += _EXTENSION_BYTES + _extension_size(block_values)
        elif block_values.dtype.kind == "O":
            block_values, block_size, plain = _isolated_objects(block_values)
            size += _BLOCK_BYTES + block_size
            all_plain = all_plain and plain
        else:
            # "K" keeps the memory order: a plain copy of a transposed block would rearrange it.
            block_values = block_values.copy("K")
            size += _BLOCK_BYTES + block_values.nbytes
        values.append(block_values)
        placements.append(placement)
    # Tuples: the garbage collector looks through every list that waits, again and again.
    snapshot = FrameSnapshot(columns, len(frame), tuple(values), tuple(placements), not all_plain)
    return snapshot, size


def snapshot_array(array: numpy.ndarray) -> tuple[ArraySnapshot, int]:
    """Return an isolated snapshot of an array, and its size in bytes; masked cells become None."""
    if isinstance(array, numpy.ma.MaskedArray):
        array = _without_mask(array)
    if array.dtype == object:
        isolated, size, plain = _isolated_objects(array)
        return ArraySnapshot(isolated, not plain or array.ndim > 2), EVENT_BYTES + size
    isolated = numpy.array(array, copy=True, order="K", subok=False)
    prints = array.ndim > 2 or array.dtype.names is not None
    size = EVENT_BYTES + isolated.nbytes + _isolate_fields(isolated)
    return ArraySnapshot(isolated, prints), size


def snapshot_list(items: Sequence[Any]) -> tuple[ListSnapshot, int]:
    """Return an isolated snapshot of a list, and its size in bytes.

    Raises:
        CellError: the list's class raised something that is not an `Exception`.
    """
    isolated, size, plain = isolated_cells(of_data(list, items))
    return ListSnapshot(isolated, not plain), EVENT_BYTES + size


def long_labels_size(snapshot: Snapshot) -> int:
    """Return the bytes that a frame's labels take beyond those that `snapshot_frame` counts."""
    global _measured_labels
    if not isinstance(snapshot, FrameSnapshot) or isinstance(snapshot.columns, pandas.RangeIndex):
        return 0
    columns = snapshot.columns
    if columns is _measured_labels:
        return 0
    if len(columns) <= _MOST_LABELS_KEPT:
        _measured_labels = columns
    levels = columns.levels if isinstance(columns, pandas.MultiIndex) else [columns]
    return max(0, sum(map(_labels_size, levels)) - _LABEL_BYTES * len(columns))


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


def _isolated_objects(values: Any) -> tuple[numpy.ndarray, int, bool]:
    """Return an isolated copy, its size in bytes, and whether all cells are plain."""
    isolated, size, plain = isolated_cells(numpy.asarray(values, dtype=object).ravel().tolist())
    if plain:
        return numpy.array(values, dtype=object, copy=True), size, True
    array = numpy.empty(len(isolated), dtype=object)
    for position, cell in enumerate(isolated):  # numpy would take arrays for more dimensions
        array[position] = cell
    return array.reshape(values.shape), size, False


def _isolate_fields(array: numpy.ndarray) -> int:
    """Isolate objects in the fields of a structured array, in place; return their size."""
    size = 0
    for name in (array.dtype.names or ()) if array.dtype.hasobject else ():
        field = array[name]
        if field.dtype == object:
            field[...], field_size, _ = _isolated_objects(field)
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


def _labels_size(labels: pandas.Index) -> int:
    cells = labels.tolist()
    try:
        return len("".join(cells))
    except TypeError:  # not all are texts
        return size_of(cells)


def _index_size(labels: pandas.Index) -> int:
    """Return the size of an index in bytes, long labels left out."""
    if isinstance(labels, pandas.RangeIndex):
        return _RANGE_BYTES
    if isinstance(labels, pandas.MultiIndex):
        size = _LEVELS_BYTES + _INDEX_BYTES * (labels.nlevels + 1)
    else:
        size = _INDEX_BYTES
    return size + _LABEL_BYTES * len(labels)


def _extension_size(values: Any) -> int:
    dtype = values.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        return int(values.codes.nbytes) + _categories_size(dtype.categories)
    if hasattr(values, _ARROW):
        return _ARROW_SHARE * int(values.nbytes)
    if isinstance(dtype, pandas.StringDtype):
        # Their own count is that of the references.
        return texts_size(numpy.asarray(values, dtype=object).ravel().tolist())
    return int(getattr(values, "nbytes", 0))


def _categories_size(categories: pandas.Index) -> int:
    """Return the size of a table of categories in bytes; 0 when it was counted before."""
    if not _categories.is_new(categories):
        return 0
    if getattr(categories.dtype, "kind", "O") in "biufMm":
        return _INDEX_BYTES + _NUMBER_BYTES * len(categories)
    return _INDEX_BYTES + _CATEGORY_BYTES * len(categories) + _labels_size(categories)


def _compact(values: Any) -> Any:
    """Return an array of its own where a part of one of Arrow's would hold all of that."""
    arrow = getattr(values, _ARROW, None)
    try:
        held = arrow.get_total_buffer_size() if arrow is not None else 0
    except AttributeError:  # of a pyarrow before 7
        return values
    if held <= 2 * _ARROW_SHARE * values.nbytes + _SLICE_BYTES:
        return values
    return values.take(numpy.arange(len(values)))
