"""How many bytes the labels of a frame take; labels that frames share are counted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import pandas

from .isolation import size_of

# An index without labels; since pandas 3 its texts are Arrow's.
INDEX_BYTES = 1600 if int(pandas.__version__.partition(".")[0]) >= 3 else 512
# A label without long text.
LABEL_BYTES = 64
_RANGE_BYTES = 200
_LEVELS_BYTES = 1000
_MOST_LABELS_KEPT = 1000
# Labels that were measured last: frames that share them hold them once.
_measured: Any = None
# The labels that were counted last: frames that share them hold them once. Not held here, as to
# free those of the frame before takes 0.4 us.
_counted: Callable[[], Any] = lambda: None  # noqa: E731  until there is a reference
_MOST_BYTES_COUNTED = 64_000


def own_size(labels: pandas.Index) -> int:
    """Return the size of a frame's labels in bytes, long ones left out; 0 if counted last."""
    global _counted
    if _counted() is labels:
        return 0
    size = index_size(labels, len(labels))
    if size <= _MOST_BYTES_COUNTED:
        _counted = ref(labels)
    return size


def index_size(labels: pandas.Index, count: int) -> int:
    """Return the size of an index in bytes, long labels left out.

    Args:
        labels: the index.
        count: how many there are.
    """
    if type(labels) is pandas.Index:  # most are
        return INDEX_BYTES + LABEL_BYTES * count
    if isinstance(labels, pandas.RangeIndex):
        return _RANGE_BYTES
    if isinstance(labels, pandas.MultiIndex):
        return _LEVELS_BYTES + INDEX_BYTES * (labels.nlevels + 1) + LABEL_BYTES * count
    return INDEX_BYTES + LABEL_BYTES * count


def long_labels_size(columns: pandas.Index) -> int:
    """Return the bytes that labels take beyond those that `index_size` counts."""
    global _measured
    if isinstance(columns, pandas.RangeIndex) or columns is _measured:
        return 0
    if len(columns) <= _MOST_LABELS_KEPT:
        _measured = columns
    levels = columns.levels if isinstance(columns, pandas.MultiIndex) else [columns]
    return max(0, sum(map(labels_size, levels)) - LABEL_BYTES * len(columns))


def labels_size(labels: pandas.Index) -> int:
    """Return the size of the labels themselves in bytes."""
    cells = labels.tolist()
    try:
        return len("".join(cells))
    except TypeError:  # not all are texts
        return size_of(cells)
