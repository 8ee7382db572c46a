"""Texts under numpy's print options of the moment of `collect`.

The original formatted cells in the caller's thread. Here another thread does, later: where that
would not show arrays and other objects as the script asked for, their texts are taken at once.
"""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import numpy

from .isolation import is_plain, text_of, texts_size
from .snapshot import ArraySnapshot, FrameSnapshot, ListSnapshot, Snapshot

try:
    # Since 2.2 each context has its own; a thread begins with the defaults.
    from numpy._core.printoptions import default_format_options_dict, format_options
except ImportError:  # all threads share them, and change them for each other
    format_options = None  # type: ignore[assignment]


def with_texts(snapshot: Snapshot, as_objects: bool) -> Optional[Tuple[Snapshot, int]]:
    """Return a snapshot whose printed cells are texts, and the size of these in bytes.

    Args:
        snapshot: what was collected.
        as_objects: correlations will be appended: a record of a structured array is a tuple then.

    Returns:
        None where the thread that writes will show the cells just the same.
    """
    if not snapshot.prints or _are_default():
        return None
    if isinstance(snapshot, FrameSnapshot):
        values = tuple(
            _texts_of_array(block, as_objects)
            if isinstance(block, numpy.ndarray) and block.dtype == object
            else block
            for block in snapshot.values
        )
        size = sum(
            texts_size(block.ravel().tolist())
            for block, before in zip(values, snapshot.values)
            if block is not before
        )
        return snapshot._replace(values=values, prints=False), size
    if isinstance(snapshot, ArraySnapshot):
        array = _texts_of_array(snapshot.array, as_objects)
        return ArraySnapshot(array), texts_size(array.ravel().tolist())
    items = _texts(snapshot.items)
    return ListSnapshot(items), texts_size(items)


def _are_default() -> bool:
    return format_options is not None and format_options.get() is default_format_options_dict


def _texts(cells: List[Any]) -> List[Any]:
    return [cell if is_plain(cell) else text_of(cell) for cell in cells]


def _texts_of_array(array: numpy.ndarray, as_objects: bool) -> numpy.ndarray:
    """Return the cells of an array as objects, those that are not plain values as their text."""
    if array.ndim > 2:
        cells = [text_of(cell) for row in array for cell in row]
    elif array.dtype.names is not None and not as_objects:
        cells = [text_of(cell) for cell in array.ravel()]
    else:
        cells = _texts(array.ravel().tolist())
    texts = numpy.empty(len(cells), dtype=object)
    texts[:] = cells
    return texts.reshape(array.shape[:2])
