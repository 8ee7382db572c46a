"""Arrays: what functions of numpy and methods of arrays return, and what an index leaves."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Optional

from .combining import element_of, odd_cells, reduced
from .models import is_image
from .values import ARRAY, BYTES, NUMBER, SEQUENCES, UNKNOWN, Value, ValueKind

Positions = Sequence[Value]
Keywords = Mapping[str, Value]

_ARRAYS_OF = frozenset({"array", "asarray", "asanyarray", "atleast_1d", "ascontiguousarray"})
_FLAT_ARRAYS = frozenset({"arange", "linspace", "ravel"})
_SHAPED_ARRAYS = frozenset({"zeros", "ones", "empty", "full"})
_JOINED_ARRAYS = frozenset({"append", "concatenate", "hstack", "stack"})
_STACKED_ARRAYS = frozenset({"vstack", "column_stack", "atleast_2d"})
_SAME_ARRAYS = frozenset(
    {"round", "around", "abs", "exp", "log", "log1p", "expm1", "clip", "sqrt", "square", "rint"}
    | {"floor", "ceil", "sign", "tanh", "nan_to_num", "log2", "log10", "negative", "isnan"}
)
_ELEMENTWISE = frozenset(
    {"add", "subtract", "multiply", "divide", "true_divide", "maximum", "minimum", "power", "where"}
)
REDUCTIONS = frozenset(
    {"argmax", "argmin", "max", "mean", "median", "min", "prod", "std", "sum", "var"}
)
SAME_SHAPE = frozenset({"astype", "clip", "copy", "round"})


def of_numpy(function: str, positions: Positions, keywords: Keywords) -> Value:
    """Return what a function of numpy returns."""
    first = positions[0] if positions else UNKNOWN
    number = len(positions)
    if function in _ARRAYS_OF:
        return _array_of(first, keywords)
    if function in _STACKED_ARRAYS:
        return Value(ValueKind.ARRAY, dimensions=2, odd=odd_cells(first))
    if function in _JOINED_ARRAYS:
        parts = element_of(first)
        more = 1 if function == "stack" else 0
        depth = None if parts.dimensions is None else parts.dimensions + more
        return Value(ValueKind.ARRAY, dimensions=depth, odd=odd_cells(first))
    if function in ("expand_dims", "rollaxis", "moveaxis", "swapaxes", "transpose"):
        more = 1 if function == "expand_dims" else 0
        depth = None if first.dimensions is None else first.dimensions + more
        return Value(ValueKind.ARRAY, dimensions=depth, odd=first.odd)
    if function in ("rand", "randn"):
        return Value(ValueKind.ARRAY, dimensions=number) if number else NUMBER
    if function in _FLAT_ARRAYS:
        return Value(ValueKind.ARRAY, dimensions=1)
    if function in _SHAPED_ARRAYS:
        shape = first.items
        if shape is None:
            return Value(ValueKind.ARRAY, dimensions=1 if first.kind is ValueKind.NUMBER else None)
        width = shape[-1].constant if shape and isinstance(shape[-1].constant, int) else None
        return Value(ValueKind.ARRAY, dimensions=len(shape), width=width)
    if function in _SAME_ARRAYS and first.kind is ValueKind.ARRAY:
        return _of_plain_cells(first) if function == "abs" else first
    if function in _ELEMENTWISE and any(given.kind is ValueKind.ARRAY for given in positions):
        return broadcast(positions)
    if function in REDUCTIONS:
        return _reduced_along(first, keywords) if first.kind is ValueKind.ARRAY else UNKNOWN
    if function == "reshape":
        return ARRAY
    return UNKNOWN


def broadcast(values: Sequence[Value]) -> Value:
    """Return what an operation on each cell makes of arrays and numbers."""
    arrays = [value for value in values if value.kind is not ValueKind.NUMBER]
    depths = [value.dimensions for value in arrays if value.kind is ValueKind.ARRAY]
    known = [depth for depth in depths if depth is not None]
    if len(known) < len(arrays):
        return ARRAY
    widths = {value.width for value in arrays}
    width = widths.pop() if len(widths) == 1 and len(set(known)) == 1 else None
    return Value(ValueKind.ARRAY, dimensions=max(known), width=width)


def _array_of(value: Value, keywords: Keywords) -> Value:
    odd = frozenset() if "dtype" in keywords else odd_cells(value)
    if value.kind in SEQUENCES:
        return Value(
            ValueKind.ARRAY,
            dimensions=value.dimensions,
            width=value.width if value.dimensions else None,
            element=None if "dtype" in keywords else _of_cells(element_of(value)),
            is_predicted=value.is_predicted,
            odd=odd,
        )
    if value.kind is ValueKind.FRAME:
        return Value(ValueKind.ARRAY, dimensions=2, width=value.width, odd=odd)
    if value.kind is ValueKind.SERIES:
        return Value(ValueKind.ARRAY, dimensions=1, odd=odd)
    return Value(ValueKind.ARRAY, dimensions=3) if is_image(value) else ARRAY


def _of_plain_cells(array: Value) -> Value:
    return array._replace(element=None, odd=frozenset())


def _of_cells(element: Value) -> Optional[Value]:
    return element if element.kind in (ValueKind.BYTES, ValueKind.NUMBER, ValueKind.TEXT) else None


def of_array(base: Value, method: str, positions: Positions, keywords: Keywords) -> Value:
    """Return what a method of an array returns."""
    if method == "tolist":
        return base._replace(kind=ValueKind.LIST)
    if method in ("ravel", "flatten", "squeeze"):
        depth = None if method == "squeeze" else 1
        return Value(
            ValueKind.ARRAY, dimensions=depth, is_predicted=base.is_predicted, odd=base.odd
        )
    if method == "reshape":
        shape = positions
        if len(positions) == 1 and positions[0].kind is not ValueKind.NUMBER:
            shape = positions[0].items or ()
            if positions[0].items is None:
                return ARRAY._replace(odd=base.odd)
        last = shape[-1].constant if shape else None
        width = last if isinstance(last, int) and last > 0 else None
        return Value(ValueKind.ARRAY, dimensions=len(shape) or None, width=width, odd=base.odd)
    if method == "astype":
        return _of_plain_cells(base)
    if method in SAME_SHAPE:
        return base
    if method in REDUCTIONS:
        return _reduced_along(base, keywords)
    if method == "item":
        return NUMBER
    return BYTES if method in ("tobytes", "tostring") else UNKNOWN


def _reduced_along(base: Value, keywords: Keywords) -> Value:
    if "axis" not in keywords:
        return NUMBER if base.dimensions and not keywords else UNKNOWN
    return UNKNOWN if keywords.keys() - {"axis"} else reduced(base, 1)


def entry_of_array(node: ast.Subscript, base: Value, index: Value) -> Value:
    """Return what an index leaves of an array."""
    added = sum(map(_is_new_axis, ast.walk(node.slice)))
    if added:
        depth = None if base.dimensions is None else base.dimensions + added
        return Value(ValueKind.ARRAY, dimensions=depth, odd=base.odd)
    if isinstance(node.slice, ast.Tuple):
        parts = zip(node.slice.elts, index.items or ())
        if not all(isinstance(part, ast.Slice) or v.kind is ValueKind.NUMBER for part, v in parts):
            return UNKNOWN
        taken = sum(not isinstance(part, ast.Slice) for part in node.slice.elts)
        if base.dimensions is None and len(node.slice.elts) == 2 and taken == 1:
            return Value(ValueKind.ARRAY, dimensions=1, odd=base.odd)
        return reduced(base, taken) if taken else base._replace(width=None)
    return reduced(base, 1) if index.kind is ValueKind.NUMBER else UNKNOWN


def _is_new_axis(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    return isinstance(node, ast.Attribute) and node.attr == "newaxis"
