"""Cells made independent of what the script does to them: copied deeply where they can change."""

from __future__ import annotations

import copy
import datetime
import decimal
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, List, Tuple

import numpy
import pandas

from ..interrupts import is_interrupt

# Besides, their text depends on nobody's options.
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
    | {numpy.dtype(code).type for code in "?bhilqpBHILQPefdgFDGSUmM"}
)
_SIZED = frozenset({str, bytes, numpy.str_, numpy.bytes_})
_OVERHEAD = 56


def isolated_cells(cells: List[Any]) -> Tuple[List[Any], int, bool]:
    """Return cells that no script can change.

    Returns:
        The cells, an estimate of their size in bytes, and whether all are plain: immutable, with
        a text that depends on nobody's options.
    """
    kinds = set(map(type, cells))
    if kinds <= _IMMUTABLE:
        return cells, _plain_size(cells), True
    isolated = [cell if type(cell) in _IMMUTABLE else _isolated(cell) for cell in cells]
    return isolated, size_of(isolated), False


def is_plain(cell: object) -> bool:
    """Return whether a cell is immutable and its text depends on nobody's options."""
    return type(cell) in _IMMUTABLE


def text_of(cell: Any) -> str:
    """Return a cell's text, or what stands for it where it has none."""
    try:
        return str(cell)
    except BaseException as error:
        if is_interrupt(error):
            raise
        return f"<{type(cell).__name__}>"


def texts_size(texts: Iterable[Any]) -> int:
    """Return the size in bytes of texts; other objects, as missing values, count for nothing."""
    lengths = [len(text) for text in texts if type(text) is str]
    return sum(lengths) + _OVERHEAD * len(lengths)


def _isolated(cell: Any) -> Any:
    """Return a deep copy; what cannot be copied is replaced by its text, taken now."""
    try:
        return copy.deepcopy(cell)
    except BaseException as error:
        if is_interrupt(error):
            raise
        return text_of(cell)


def _plain_size(cells: List[Any]) -> int:
    return _OVERHEAD * len(cells) + sum(len(cell) for cell in cells if type(cell) in _SIZED)


def size_of(items: Iterable[Any]) -> int:
    """Return an estimate in bytes; containers are counted to any depth."""
    size = 0
    for item in items:
        if type(item) in _IMMUTABLE:
            size += _OVERHEAD
            if type(item) in _SIZED:
                size += len(item)
        else:
            size += sum(_sizes_within(item))
    return size


def _sizes_within(item: Any) -> Iterator[int]:
    """Yield the sizes of an object and of what it holds."""
    counted: set[int] = set()  # containers may hold themselves
    waiting = [item]
    while waiting:
        item = waiting.pop()
        yield _OVERHEAD
        if id(item) in counted:
            continue
        counted.add(id(item))
        try:
            if isinstance(item, (str, bytes)):
                yield len(item)
            elif isinstance(item, numpy.ndarray):
                yield item.nbytes
                if item.dtype == object:
                    waiting.extend(item.ravel().tolist())
            elif isinstance(item, dict):
                waiting.extend(item.keys())
                waiting.extend(item.values())
            elif isinstance(item, (list, tuple, set, frozenset)):
                waiting.extend(item)
        except BaseException as error:
            if is_interrupt(error):
                raise
