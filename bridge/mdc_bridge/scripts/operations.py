"""What operators and subscripts make of values."""

from __future__ import annotations

import ast

from .arrays import broadcast, entry_of_array
from .combining import element_of, join_all, sequence
from .values import BYTES, COMPLEX, NUMBER, TEXT, UNKNOWN, Value, ValueKind, constant, part_of_json

_LONGEST_FOLDED = 10_000


def operation(operator: ast.operator, left: Value, right: Value) -> Value:
    """Return what a binary operator makes of two values."""
    if left.kind is ValueKind.BYTES:
        return BYTES
    if left.kind is ValueKind.TEXT:
        return _joined_text(operator, left, right)
    if left.kind is ValueKind.LIST and left.items is not None:
        if isinstance(operator, ast.Add) and right.items is not None:
            return sequence(ValueKind.LIST, left.items + right.items)
        times = right.constant if isinstance(operator, ast.Mult) else None
        if isinstance(times, int) and 0 <= times * len(left.items) <= _LONGEST_FOLDED:
            return sequence(ValueKind.LIST, left.items * times)
    if left.kind is right.kind is ValueKind.ARRAY:
        return broadcast([left, right])
    for value, other in ((left, right), (right, left)):
        if value.kind in (ValueKind.FRAME, ValueKind.ARRAY, ValueKind.SERIES):
            return (
                value if other.kind in (ValueKind.NUMBER, ValueKind.UNKNOWN) else Value(value.kind)
            )
    if left.kind is right.kind is ValueKind.NUMBER:
        return NUMBER._replace(name=COMPLEX if COMPLEX in (left.name, right.name) else "")
    return Value(ValueKind.LIST) if left.kind is right.kind is ValueKind.LIST else UNKNOWN


def _joined_text(operator: ast.operator, left: Value, right: Value) -> Value:
    is_known = left.is_constant and right.is_constant and right.kind is ValueKind.TEXT
    if isinstance(operator, ast.Add) and is_known:
        return folded(left.constant + right.constant)
    return TEXT


def folded(text: str) -> Value:
    """Return the value of a text that was put together, without the text where it is long."""
    return constant(text) if len(text) <= _LONGEST_FOLDED else TEXT


def entry(node: ast.Subscript, base: Value, index: Value) -> Value:
    """Return what `base[index]` is.

    Args:
        node: the expression.
        base: what is looked into.
        index: a key, a position or a list of them; unknown for a slice.
    """
    if base.name in ("numpy.c_", "numpy.r_"):
        return Value(ValueKind.ARRAY, dimensions=2 if base.name == "numpy.c_" else None)
    if base.kind is ValueKind.DICT and base.entries is not None:
        if index.is_constant:
            return base.entries.get(index.constant, UNKNOWN)
        return join_all(base.entries.values())
    if base.kind is ValueKind.DICT:
        return element_of(base)
    if base.kind is ValueKind.FRAME:
        if index.kind is ValueKind.LIST:
            return Value(ValueKind.FRAME, width=None if index.items is None else len(index.items))
        return Value(ValueKind.SERIES if index.kind is ValueKind.TEXT else ValueKind.UNKNOWN)
    if isinstance(node.slice, ast.Slice):
        is_whole = base.kind in (
            ValueKind.LIST,
            ValueKind.TUPLE,
            ValueKind.ARRAY,
            ValueKind.TEXT,
            ValueKind.BYTES,
        )
        if not is_whole:
            return UNKNOWN
        return Value(base.kind, dimensions=base.dimensions, odd=base.odd)
    if base.kind is ValueKind.ARRAY:
        return entry_of_array(node, base, index)
    if base.kind in (ValueKind.LIST, ValueKind.TUPLE):
        at = index.constant
        items = base.items
        if items is not None and isinstance(at, int) and -len(items) <= at < len(items):
            return items[at]
        return element_of(base)
    return part_of_json(base)
