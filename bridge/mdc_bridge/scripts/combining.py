"""Values of several values: containers, and what is true of one that is one of several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional, TypeVar

from .values import COMPLEX, DICT, NUMBER, SCALARS, SEQUENCES, UNKNOWN, Value, ValueKind

_Key = TypeVar("_Key")
# A list that holds itself twice, and that again, would have more values than there are atoms.
_LARGEST = 20_000


def sequence(kind: ValueKind, items: tuple[Value, ...]) -> Value:
    """Return the value of a list, tuple or set that is written out."""
    size = 1 + sum(item.size for item in items)
    if size > _LARGEST:
        return Value(kind)
    inner = [item.dimensions if item.kind in SEQUENCES else _scalar(item) for item in items]
    if not items or any(depth is None for depth in inner):
        return Value(kind, items=items, width=len(items), size=size)
    dimensions = 1 + min(depth for depth in inner if depth is not None)
    width = items[0].width if dimensions == 2 else len(items)
    return Value(kind, items=items, dimensions=dimensions, width=width, size=size)


def dictionary(entries: Mapping[Any, Value]) -> Value:
    """Return the value of a dict whose keys are constants."""
    size = 1 + sum(entry.size for entry in entries.values())
    return Value(ValueKind.DICT, entries=entries, size=size) if size <= _LARGEST else DICT


def container(kind: ValueKind, element: Value) -> Value:
    """Return the value of a container of any number of equal elements."""
    if element.size >= _LARGEST:
        return Value(kind)
    inner = element.dimensions if element.kind in SEQUENCES else _scalar(element)
    dimensions = None if inner is None or kind is ValueKind.DICT else 1 + inner
    return Value(kind, element=element, dimensions=dimensions, size=1 + element.size)


def lazy(name: str, element: Value) -> Value:
    """Return a value that can be iterated and is not a list, such as a generator."""
    return Value(ValueKind.FOREIGN, name=name, element=element, size=1 + element.size)


def of_any_length(value: Value) -> Value:
    """Return a list, tuple or set with what is known of its elements, not of their number."""
    if value.items is None:
        return value._replace(width=None) if value.dimensions == 1 else value
    return container(value.kind, element_of(value)) if value.items else Value(value.kind)


def holds_collectors(value: Value) -> bool:
    """Return whether a value is a collector or a method of one, or holds some."""
    if value.collectors:
        return value.kind is not ValueKind.CONTEXT
    if value.entries is not None and any(map(holds_collectors, value.entries.values())):
        return True
    if value.items is not None and any(map(holds_collectors, value.items)):
        return True
    return value.element is not None and holds_collectors(value.element)


def join(first: Value, second: Value) -> Value:
    """Return what is true of a value that is one of two.

    A collector or an imported name wins over None, a stand-in class and what is unknown: scripts
    begin with `dc = None`, or define a class in `except ImportError`.
    """
    if first == second:
        return first
    for one, other in ((first, second), (second, first)):
        if one.kind is ValueKind.NONE:
            return other
        if one.kind is ValueKind.NAMED and other.kind in (
            ValueKind.CLASS,
            ValueKind.FUNCTION,
            ValueKind.UNKNOWN,
        ):
            return one
        if one.kind is other.kind and _is_empty(one):
            return other if other.kind is ValueKind.DICT else of_any_length(other)
    collectors = tuple(dict.fromkeys(first.collectors + second.collectors))
    if first.kind is not second.kind:
        kind = ValueKind.COLLECTOR if collectors else ValueKind.UNKNOWN
        return Value(kind, collectors=collectors)
    if first.kind is ValueKind.NAMED:
        return UNKNOWN
    if first.kind is ValueKind.TUPLE and _are_alike(first, second):
        return sequence(ValueKind.TUPLE, tuple(map(join, first.items or (), second.items or ())))
    joined = Value(
        first.kind,
        dimensions=_same(first.dimensions, second.dimensions),
        width=_same(first.width, second.width),
        name=first.name if first.name == second.name or not second.name else second.name,
        collectors=collectors,
        function=first.function if first.function is second.function else None,
        is_predicted=first.is_predicted and second.is_predicted,
        is_correlated=first.is_correlated or second.is_correlated,
        odd=first.odd | second.odd,
    )
    if first.entries is not None and second.entries is not None:
        entries = dictionary(join_entries(first.entries, second.entries))
        return joined._replace(entries=entries.entries, size=entries.size)
    if first.size == second.size == 1:
        return joined
    element = join(element_of(first), element_of(second))
    return joined._replace(element=element, size=1 + element.size)


def join_all(values: Iterable[Value]) -> Value:
    """Return what is true of a value that is one of several; unknown of none."""
    joined: Optional[Value] = None
    for value in values:
        joined = value if joined is None else join(joined, value)
    return UNKNOWN if joined is None else joined


def join_entries(first: Mapping[_Key, Value], second: Mapping[_Key, Value]) -> dict[_Key, Value]:
    """Return what is true of each entry, or variable, that is one of two or in one of them."""
    joined = dict(first)
    for key, value in second.items():
        joined[key] = join(joined[key], value) if key in joined else value
    return joined


def element_of(value: Value) -> Value:
    """Return what is true of every element of a container."""
    if value.items is not None:
        return join_all(value.items)
    if value.element is not None:
        return value.element
    if value.entries is not None:
        return join_all(value.entries.values())
    if value.kind is ValueKind.ARRAY and value.dimensions:
        return reduced(value, 1)
    return UNKNOWN


def odd_cells(value: Value) -> frozenset[str]:
    """Return which of bytes, complex numbers and sets are somewhere in a value."""
    if value.kind is ValueKind.BYTES:
        return frozenset({"bytes"})
    if value.kind is ValueKind.NUMBER:
        return frozenset({COMPLEX} if value.name == COMPLEX else ())
    found = value.odd | ({"set"} if value.kind is ValueKind.SET else frozenset())
    inside = [*(value.items or ()), *(value.entries or {}).values()]
    inside += [] if value.element is None else [value.element]
    return found.union(*map(odd_cells, inside))


def reduced(value: Value, dimensions: int) -> Value:
    """Return an array that has lost some of its dimensions to an index or a sum."""
    if value.dimensions is None:
        return UNKNOWN
    left = value.dimensions - dimensions
    return Value(value.kind, dimensions=left, odd=value.odd) if left > 0 else NUMBER


def _scalar(item: Value) -> Optional[int]:
    return 0 if item.kind in SCALARS else None


def _is_empty(value: Value) -> bool:
    return value.items == () or (value.entries is not None and not value.entries)


def _are_alike(first: Value, second: Value) -> bool:
    if first.items is None or second.items is None:
        return False
    return len(first.items) == len(second.items)


def _same(first: Optional[int], second: Optional[int]) -> Optional[int]:
    return first if first == second else None
