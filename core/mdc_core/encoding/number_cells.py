"""Arrays of numbers as JSON cells, in one call of the encoder."""

from __future__ import annotations

import numpy

from .plain_json import numbers_of


def number_cells(values: numpy.ndarray) -> list[bytes]:
    """Return the JSON text of each number, NaN and infinity as `null`.

    Args:
        values: of any shape, of kind `f`, `i`, `u` or `b`, and of 8 bytes at most.
    """
    if values.size == 0:
        return []
    if values.dtype.kind == "f" and values.dtype.itemsize == 2:
        values = values.astype(numpy.float32)
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    return numbers_of(numpy.ascontiguousarray(values).reshape(-1))


def is_encodable(dtype: numpy.dtype) -> bool:
    """Return whether `number_cells` takes arrays of a dtype."""
    return dtype.kind in "fiub" and dtype.itemsize <= 8
