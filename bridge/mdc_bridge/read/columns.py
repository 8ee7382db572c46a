"""Values of a column as a pandas array that keeps them what they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

import numpy
import pandas

INTEGERS, FLOATS, BOOLEANS, TEXTS, OBJECTS = "integers", "floats", "booleans", "texts", "objects"

# Integers up to it are doubles, too.
EXACT = 2**53
_WORD = 2**63
_NULLABLE = {"int64": "Int64", "bool": "boolean"}
_PLAIN = {nullable: plain for plain, nullable in _NULLABLE.items()}


class ColumnKind:
    """What values a column has: enough to choose its type without holding them.

    Attributes:
        types: of its values.
        low, high: bounds of its integers.
    """

    __slots__ = ("high", "low", "types")

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.types: set[type] = set()
        self.low = 0
        self.high = 0
        self.add(values)

    def add(self, values: Iterable[Any]) -> None:
        """Take more values into account; they are iterated over several times."""
        types = set(map(type, values))
        self.types |= types
        if int in types:
            integers = values
            if len(types) > 1:
                integers = [value for value in values if type(value) is int]
            self.low = min(self.low, min(integers))
            self.high = max(self.high, max(integers))

    def merge(self, other: ColumnKind) -> None:
        """Take the values of another into account."""
        self.types |= other.types
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)

    def add_gap(self) -> None:
        """Take into account that a row has no value."""
        self.types.add(type(None))

    @property
    def has_gaps(self) -> bool:
        """Whether some rows have no value."""
        return type(None) in self.types

    @property
    def name(self) -> str:
        """What the column is: `integers`, `floats`, `booleans`, `texts` or `objects`."""
        types = self.types - {type(None)}
        if types == {int}:
            return INTEGERS if self.low >= -_WORD and self.high < _WORD else OBJECTS
        if types and types <= {int, float}:
            return FLOATS if self.low >= -EXACT and self.high <= EXACT else OBJECTS
        return {frozenset({bool}): BOOLEANS, frozenset({str}): TEXTS}.get(frozenset(types), OBJECTS)


def column_of(values: list[Any], kind: Optional[ColumnKind] = None) -> Any:
    """Return values of JSON as a column.

    Integers are `int64`, with gaps `Int64`; beyond 64 bits they stay Python's. Numbers with a
    fraction are `float64`, where no integer among them would lose digits. Booleans are `bool`,
    with gaps `boolean`. Texts are what pandas makes of them. Everything else, and mixtures, stay
    as they are.

    Args:
        values: the cells.
        kind: of the whole column, where these are a part of it.
    """
    kind = ColumnKind(values) if kind is None else kind
    if kind.name == INTEGERS:
        if kind.has_gaps:
            return pandas.array(values, dtype="Int64")
        return numpy.array(values, dtype=numpy.int64)
    if kind.name == FLOATS:
        return numpy.array(values, dtype=float)
    if kind.name == BOOLEANS:
        return pandas.array(values, dtype="boolean") if kind.has_gaps else numpy.array(values, bool)
    if kind.name == TEXTS:
        try:
            return pandas.Series(values, dtype=pandas.Series(["text"]).dtype)
        except UnicodeEncodeError:  # pandas 3 keeps texts in pyarrow, where that is installed
            return pandas.Series(values, dtype=object)
    # Or pandas 3 would make a column of texts of a part that has only texts.
    return pandas.Series(values, dtype=object)


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


def without_needless_gaps(frame: pandas.DataFrame, names: Iterable[Any]) -> pandas.DataFrame:
    """Return a frame with plain integers and booleans in some columns, where no row has a gap."""
    chosen = set(names)
    types = {name: _PLAIN.get(str(dtype)) for name, dtype in frame.dtypes.items() if name in chosen}
    return frame.astype(
        {name: dtype for name, dtype in types.items() if dtype and not frame[name].isna().any()}
    )
