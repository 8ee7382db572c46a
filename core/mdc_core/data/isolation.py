"""Cells made independent of what the script does to them: copied deeply where they can change."""

from __future__ import annotations

import copy
import datetime
import decimal
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator
from sys import getsizeof
from typing import Any, Dict, List, Set, Tuple

import numpy
import pandas

from ..interrupts import is_interrupt

# The text of these does not depend on print options either.
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
_REFERENCE = 8
_OVERHEAD = 56
_FLOATS = frozenset({float})
_FLOAT = getsizeof(0.5)
_text_size = str.__sizeof__
_ARRAY = 128
_CLASS = 3000
# Objects that are remembered by each of `CountedOnce`.
_MOST_COUNTED = 256


class CountedOnce:
    """Remembers objects that many events hold together, without keeping them.

    Their size is counted once. Any may be forgotten, and counts again then.
    """

    def __init__(self) -> None:
        self._known: Dict[int, weakref.ref[Any]] = {}

    def is_new(self, item: Any) -> bool:
        """Return whether an object was not asked about before."""
        known = self._known.get(id(item))
        if known is not None and known() is item:
            return False
        if len(self._known) >= _MOST_COUNTED:
            self._known.clear()
        self._known[id(item)] = weakref.ref(item)
        return True


_classes = CountedOnce()


def isolated_cells(cells: List[Any]) -> Tuple[List[Any], int, bool]:
    """Return cells that no script can change.

    Returns:
        The cells, an estimate of their size in bytes, and whether all are plain: immutable, with
        a text that does not depend on print options.
    """
    kinds = set(map(type, cells))
    if kinds <= _IMMUTABLE:
        return cells, _plain_size(cells, kinds), True
    isolated = [cell if type(cell) in _IMMUTABLE else _isolated(cell) for cell in cells]
    return isolated, size_of(isolated), False


def is_plain(cell: object) -> bool:
    """Return whether a cell is immutable and its text does not depend on print options."""
    return type(cell) in _IMMUTABLE


def text_of(cell: Any) -> str:
    """Return a cell's text, or what stands for it where it has none.

    Of a text of any class what it holds, as the csv module writes it: an enumeration's `str` is
    its name.
    """
    try:
        return str.__str__(cell) if isinstance(cell, str) else str(cell)
    except BaseException as error:
        if is_interrupt(error):
            raise
        return f"<{type(cell).__name__}>"


def texts_size(texts: List[Any]) -> int:
    """Return the size in bytes of texts; other objects, as missing values, count for nothing."""
    try:
        # A quarter of what `getsizeof` takes.
        return sum(map(_text_size, texts))
    except TypeError:
        return sum(_text_size(text) for text in texts if type(text) is str)


def _isolated(cell: Any) -> Any:
    """Return a deep copy; what cannot be copied is replaced by its text, taken now."""
    # As `deepcopy`, in a twentieth of its time for 23 numbers: the rows of nested lists.
    if type(cell) is list and _IMMUTABLE.issuperset(map(type, cell)):
        return cell.copy()
    try:
        return copy.deepcopy(cell)
    except BaseException as error:
        if is_interrupt(error):
            raise
        return text_of(cell)


def _plain_size(cells: List[Any], kinds: Set[type]) -> int:
    size_of_cell: Callable[[Any], int] = getsizeof
    if len(kinds) == 1:
        # The method of the cells' only class takes a quarter of that.
        size_of_cell = getattr(kinds.pop(), "__sizeof__")  # noqa: B009  mypy takes it for bound
    return _REFERENCE * len(cells) + sum(map(size_of_cell, cells))


def size_of(items: Iterable[Any]) -> int:
    """Return an estimate in bytes; containers are counted to any depth."""
    size = 0
    for item in items:
        if type(item) in _IMMUTABLE:
            size += _REFERENCE + getsizeof(item)
        elif type(item) is list and _FLOATS.issuperset(map(type, item)):
            # As below, where a number that comes again counts once; a fifth of the time for 23.
            size += _REFERENCE * (1 + len(item)) + getsizeof(item)
            size += _FLOAT * len(set(map(id, item)))
        else:
            size += sum(_sizes_within(item))
    return size


def _attributes(item: Any) -> Iterator[Any]:
    """Yield what an object of any class holds, as far as it tells."""
    held = getattr(item, "__dict__", None)
    if type(held) is dict:
        yield held
    for base in type(item).__mro__:
        names = getattr(base, "__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if hasattr(item, name):
                yield getattr(item, name)


def _sizes_within(item: Any) -> Iterator[int]:
    counted: set[int] = set()  # containers may hold themselves
    waiting = [item]
    while waiting:
        item = waiting.pop()
        yield _REFERENCE
        if id(item) in counted:
            continue
        counted.add(id(item))
        try:
            if isinstance(item, type):
                yield _CLASS if _classes.is_new(item) else 0
                continue
            if isinstance(item, numpy.ndarray):
                yield _ARRAY + item.nbytes
                if item.dtype == object:
                    waiting.extend(item.ravel().tolist())
                continue
            yield getsizeof(item, _OVERHEAD)
            if isinstance(item, dict):
                waiting.extend(item.keys())
                waiting.extend(item.values())
            elif isinstance(item, (list, tuple, set, frozenset)):
                waiting.extend(item)
            elif type(item) not in _IMMUTABLE:
                waiting.extend(_attributes(item))
                waiting.append(type(item))
        except BaseException as error:
            if is_interrupt(error):
                raise
