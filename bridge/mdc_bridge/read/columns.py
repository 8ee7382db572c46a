"""Values of a column as a pandas array that keeps them what they are."""

from __future__ import annotations

from typing import Any, Optional

import numpy
import pandas

_EXACT = 2**53
_NULLABLE = {"int64": "Int64", "bool": "boolean"}
_PLAIN = {nullable: plain for plain, nullable in _NULLABLE.items()}


def column_of(values: list[Any]) -> Any:
    """Return values of JSON as a column.

    Integers are `int64`, with gaps `Int64`; beyond 64 bits they stay Python's. Numbers with a
    fraction are `float64`, where no integer among them would lose digits. Booleans are `bool`,
    with gaps `boolean`. Texts are what pandas makes of them. Everything else, and mixtures, stay
    as they are.
    """
    kinds = set(map(type, values))
    has_gaps = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {int}:
        return _integers(values, has_gaps)
    if kinds and kinds <= {int, float}:
        exact = all(type(value) is not int or -_EXACT <= value <= _EXACT for value in values)
        return numpy.array(values, dtype=float) if exact else _objects(values)
    if kinds == {bool}:
        return pandas.array(values, dtype="boolean") if has_gaps else numpy.array(values)
    if kinds == {str}:
        try:
            return pandas.Series(values)
        except UnicodeEncodeError:  # pandas 3 keeps texts in pyarrow, where that is installed
            return pandas.Series(values, dtype=object)
    return _objects(values)


def times_of(values: list[Optional[int]]) -> Any:
    """Return integer microseconds since the epoch as UTC times, NaT where pandas has none such."""
    try:
        return pandas.to_datetime(pandas.array(values, "Int64"), unit="us", utc=True)
    except pandas.errors.OutOfBoundsDatetime:
        # Before pandas 3 a time counts nanoseconds, which 64 bits hold from 1677 to 2262.
        first, last = pandas.Timestamp.min.value // 1000 + 1, pandas.Timestamp.max.value // 1000
        held = [None if value is None or not first <= value <= last else value for value in values]
        return pandas.to_datetime(pandas.array(held, "Int64"), unit="us", utc=True)


def with_room_for_gaps(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Return a frame whose integers and booleans survive a join that leaves some rows empty."""
    types = {name: _NULLABLE.get(str(dtype)) for name, dtype in frame.dtypes.items()}
    return frame.astype({name: dtype for name, dtype in types.items() if dtype})


def without_needless_gaps(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Return a frame with plain integers and booleans where a join left no row empty."""
    types = {name: _PLAIN.get(str(dtype)) for name, dtype in frame.dtypes.items()}
    return frame.astype(
        {name: dtype for name, dtype in types.items() if dtype and not frame[name].isna().any()}
    )


def _integers(values: list[Any], has_gaps: bool) -> Any:
    try:
        if has_gaps:
            return pandas.array(values, dtype="Int64")
        return numpy.array(values, dtype=numpy.int64)
    except (OverflowError, TypeError):
        return _objects(values)


def _objects(values: list[Any]) -> numpy.ndarray:
    # Filled one by one: numpy would make lists in cells more dimensions.
    column = numpy.empty(len(values), dtype=object)
    for at, value in enumerate(values):
        column[at] = value
    return column
