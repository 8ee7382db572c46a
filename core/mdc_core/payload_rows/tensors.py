"""Tensors of KServe's second protocol, the Open Inference Protocol, as columns.

Source of the format: https://github.com/kserve/open-inference-protocol, "Inference Request JSON
Object" and "Tensor Data": `data` is nested, or flat in row-major order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Dict, List

from .lists import rows_of_columns
from .result import NOT_TEXT, RAGGED, UNKNOWN_FORM, BodyFacts, NotRowsError, Row

_MOST_DIMENSIONS = 32  # numpy's, for long


def are_tensors(items: Any) -> bool:
    """Return whether a list has only tensors: objects with a name, a shape and a type."""
    return (
        isinstance(items, list)
        and bool(items)
        and all(
            isinstance(item, dict)
            and isinstance(item.get("name"), str)
            and isinstance(item.get("shape"), list)
            and "datatype" in item
            for item in items
        )
    )


def rows_of_tensors(tensors: Sequence[Row], wanted: BodyFacts) -> List[Row]:
    """Return one row for each index of the first dimension, which all tensors share.

    A tensor is a column. Its cells are plain values where its other dimensions are 1, else lists;
    a single tensor is spread over as many names as its cells have values.

    Raises:
        NotRowsError: the data are not in the JSON, or do not fit their shape.
    """
    columns: Dict[str, List[Any]] = {}
    for tensor in tensors:
        name, shape = tensor["name"], tensor["shape"]
        if "data" not in tensor:
            raise NotRowsError(NOT_TEXT, f"the data of the tensor {name!r} are not in the JSON")
        if name in columns:
            raise NotRowsError(UNKNOWN_FORM, f"there are two tensors {name!r}")
        are_sizes = all(type(size) is int and size >= 0 for size in shape)
        if not (are_sizes and 0 < len(shape) <= _MOST_DIMENSIONS):
            raise NotRowsError(UNKNOWN_FORM, f"the tensor {name!r} has a shape without rows")
        columns[name] = _cells(name, tensor["data"], shape)
    return rows_of_columns(columns, wanted, is_batch=True)


def _cells(name: str, data: Any, shape: Sequence[int]) -> List[Any]:
    flat: List[Any] = []
    _flatten(data, flat, 0, len(shape))
    count = 1
    for size in shape:
        count *= size
    if len(flat) != count or 0 in shape[1:]:
        raise NotRowsError(
            RAGGED, f"the tensor {name!r} has {len(flat):,} values, and a shape of {count:,}"
        )
    rest = [size for size in shape[1:] if size != 1]
    for size in reversed(rest):
        flat = [flat[at : at + size] for at in range(0, len(flat), size)]
    return flat


def _flatten(data: Any, flat: List[Any], depth: int, deepest: int) -> None:
    if isinstance(data, list) and depth < deepest:
        for item in data:
            _flatten(item, flat, depth + 1, deepest)
    else:
        flat.append(data)
