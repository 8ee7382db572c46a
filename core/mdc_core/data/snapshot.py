"""Snapshots: what `collect` was given, isolated from what the script does to it afterwards.

This runs in the caller's thread. Encoding does not: a snapshot holds copies of numpy blocks and
nothing that had to be formatted. Mutable objects in cells are copied deeply, immutable ones not.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, List, NamedTuple, Tuple, Union

import numpy
import pandas
from numpy import ndarray
from numpy.ma import MaskedArray
from pandas import Index

from ..interrupts import of_data
from .extension_arrays import (
    BLOCK_BYTES,
    isolated_plain_texts,
    isolated_text_columns,
    learned_way,
    ways,
)
from .frame_columns import FrameColumns, has_known_manager
from .isolation import isolated_cells
from .label_sizes import long_labels_size, own_size
from .text_labels import OBJECTS, Labels, TextLabels, by_addresses, text_labels

# About what an event with its snapshot of an array or list, and one of a frame without its blocks,
# add to a process's memory.
EVENT_BYTES = 800
_FRAME_BYTES = 400
# The class of pandas' labels, if they hold what they do so far, and of arrays of texts in them
# that numpy holds.
_plain_labels: Any = Index(["a"])
_INDEX = Index if hasattr(_plain_labels, "_data") else None
_TEXTS = type(_plain_labels.array) if hasattr(_plain_labels.array, "_ndarray") else None
_manager_is_known = has_known_manager()


class FrameSnapshot(NamedTuple):
    """The values of a frame as pandas stores them: blocks of columns of one dtype.

    Attributes:
        columns: the frame's column labels; never those of the frame where they are texts.
        rows: number of rows.
        values: a 2-D array of shape (columns of the block, rows), or a 1-D extension array.
        placements: for each block the positions of its columns: numbers, or a pandas placement
            that holds a slice or an array of them, or a tuple of such placements.
        prints: there are cells whose text depends on numpy's print options.
    """

    columns: Labels
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


Snapshot = Union[FrameSnapshot, ArraySnapshot, ListSnapshot]


def snapshot_frame(frame: pandas.DataFrame) -> tuple[FrameSnapshot, int]:
    """Return an isolated snapshot of a frame, and its size in bytes, long labels left out."""
    size = _FRAME_BYTES
    rows = -1
    prints = False
    isolated: List[Any] = []
    placements: List[Any] = []
    # Columns of texts become one block.
    texts_held: List[ndarray] = []
    texts_placed: List[Any] = []
    # Blocks and labels of the manager, without pandas' properties: 1 us less with cold caches.
    manager: Any = frame._mgr if _manager_is_known else FrameColumns(frame)  # noqa: SLF001
    for block in manager.blocks:
        values = block.values
        if type(values) is not ndarray:
            way = ways.get(type(values)) or learned_way(values)
            if way is isolated_plain_texts:
                texts_held.append(values._ndarray)  # noqa: SLF001  its class has it
                texts_placed.append(block._mgr_locs)  # noqa: SLF001
                continue
            values, block_size = way(values)
            size += block_size
        elif values.dtype.kind == "O":
            values, block_size, plain = _isolated_objects(values)
            size += BLOCK_BYTES + block_size
            prints = prints or not plain
        else:
            # "K" keeps the memory order: a plain copy of a transposed block would rearrange it.
            values = values.copy("K")
            size += BLOCK_BYTES + values.nbytes
            # To ask the frame itself takes 1.5 us.
            rows = values.shape[1]
        isolated.append(values)
        placements.append(block._mgr_locs)  # noqa: SLF001  its property is a function of Python
    if texts_held:
        values, block_size = isolated_text_columns(texts_held)
        size += block_size
        isolated.append(values)
        placements.append(tuple(texts_placed))
    if rows < 0:
        rows = len(frame)
    labels = manager.axes[0]
    # As in `text_labels`; here a call less, which is what most need.
    texts = None
    if type(labels) is _INDEX:
        held = labels._data  # type: ignore[attr-defined]  # noqa: SLF001  see `FrameColumns`
        if type(held) is _TEXTS:
            held = held._ndarray  # noqa: SLF001
        if type(held) is ndarray and held.dtype is OBJECTS:
            texts = by_addresses.get(held.tobytes())
    if texts is None:
        texts, labels_size = text_labels(labels)
        size += labels_size if texts is not None else own_size(labels)
    # Tuples: the garbage collector looks through every list that waits, again and again.
    # As `FrameSnapshot(...)`, whose `__new__` is a function of Python: 0.2 us less.
    taken: FrameSnapshot = tuple.__new__(
        FrameSnapshot,
        (labels if texts is None else texts, rows, tuple(isolated), tuple(placements), prints),
    )
    return taken, size


def compact(snapshot: Snapshot) -> Snapshot:
    """Return the same in fewer bytes, for what may wait for long.

    A frame whose columns are one block, in their order, gets the placement that all such events
    share, which saves 130 bytes an event. Looking at the placement takes 6 us with cold caches, so
    `collect` skips it while few events wait; the writer reads the placement as it is.
    """
    if type(snapshot) is not FrameSnapshot:
        return snapshot
    labels, rows, values, placements, prints = snapshot
    if type(labels) is not TextLabels or len(placements) != 1:
        return snapshot
    indexer = getattr(placements[0], "indexer", None)
    if type(indexer) is not slice or indexer.start != 0:
        return snapshot
    taken: FrameSnapshot = tuple.__new__(
        FrameSnapshot, (labels, rows, values, labels.whole, prints)
    )
    return taken


def snapshot_array(array: numpy.ndarray) -> tuple[ArraySnapshot, int]:
    """Return an isolated snapshot of an array, and its size in bytes; masked cells become None."""
    if type(array) is not ndarray:
        array = _without_mask(array) if isinstance(array, MaskedArray) else numpy.asarray(array)
    prints = array.ndim > 2
    dtype = array.dtype
    if dtype.kind == "O":
        isolated, size, plain = _isolated_objects(array)
        prints = prints or not plain
    else:
        isolated = array.copy("K")
        size = isolated.nbytes
        if dtype.names is not None:
            prints = True
            size += _isolate_fields(isolated)
    # As in frames.
    return tuple.__new__(ArraySnapshot, (isolated, prints)), EVENT_BYTES + size


def snapshot_list(items: Sequence[Any]) -> tuple[ListSnapshot, int]:
    """Return an isolated snapshot of a list, and its size in bytes.

    Raises:
        CellError: the list's class raised something that is not an `Exception`.
    """
    isolated, size, plain = isolated_cells(of_data(list, items))
    return ListSnapshot(isolated, not plain), EVENT_BYTES + size


def long_labels_of(snapshot: Snapshot) -> int:
    """Return the bytes that a frame's labels take beyond those that `snapshot_frame` counts."""
    if not isinstance(snapshot, FrameSnapshot) or isinstance(snapshot.columns, TextLabels):
        return 0
    return long_labels_size(snapshot.columns)


def is_spark_frame(data: object) -> bool:
    """Return whether `data` is a Spark frame (classic or Connect), without importing Spark."""
    if "pyspark" not in sys.modules:
        return False
    return any(
        base.__module__.startswith("pyspark.sql") and base.__name__ == "DataFrame"
        for base in type(data).__mro__
    )


def _isolated_objects(values: ndarray) -> Tuple[ndarray, int, bool]:
    """Return an isolated copy, its size in bytes, and whether all cells are plain."""
    copied = values.copy("K")
    isolated, size, plain = isolated_cells(copied.ravel().tolist())
    if plain:
        return copied, size, True
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


def _without_mask(array: MaskedArray[Any, Any]) -> numpy.ndarray:
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
