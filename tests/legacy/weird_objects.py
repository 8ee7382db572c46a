"""Objects of which some methods raise, as a hypothesis strategy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

_METHODS = (
    "__str__",
    "__repr__",
    "__len__",
    "__iter__",
    "__getitem__",
    "__deepcopy__",
    "__copy__",
    "__reduce_ex__",
    "__eq__",
    "__hash__",
    "__bool__",
    "__array__",
    "__float__",
    "__int__",
    "__format__",
    "__class__",
    "__sizeof__",
    "isoformat",
    "copy",
    "columns",
    "dtypes",
    "shape",
    "dtype",
    "tolist",
)
_BASES = (object, list, dict, str, float, int, tuple, bytes, set, np.ndarray, pd.DataFrame)


class UnprintableError(Exception):
    """An error that cannot even be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


# Others cannot come from hypothesis, which looks into what it makes; see test_cells_that_raise.
_ERRORS = (ValueError, TypeError, RecursionError, MemoryError, KeyError, UnprintableError, Warning)


def _weird(base: type, methods: frozenset[str], error: type[Exception]) -> Any:
    def fail(*arguments: Any, **named: Any) -> Any:
        raise error("weird")

    # Some are attributes and some are methods; a property fails at either.
    members = {
        name: property(fail)
        if name in ("__class__", "columns", "dtypes", "shape", "dtype")
        else fail
        for name in methods
    }
    kind = type("Weird", (base,), members)
    return kind((1,)) if base is np.ndarray else kind()


def _frame_of(cells: list[Any]) -> Any:
    column = np.empty(len(cells), dtype=object)
    for at, cell in enumerate(cells):
        column[at] = cell
    return pd.DataFrame({"a": pd.Series(column, dtype=object)})


def _array_of(cells: list[Any]) -> Any:
    array = np.empty((len(cells), 1), dtype=object)
    for at, cell in enumerate(cells):
        array[at, 0] = cell
    return array


weird = st.builds(
    _weird,
    st.sampled_from(_BASES),
    st.frozensets(st.sampled_from(_METHODS), min_size=1, max_size=4),
    st.sampled_from(_ERRORS),
)
plain = st.none() | st.text() | st.integers() | st.floats() | st.binary() | st.complex_numbers()
cells = st.lists(weird | plain, min_size=1, max_size=3)
weird_data = (
    weird
    | plain
    | cells
    | st.lists(cells, max_size=2)
    | cells.map(_array_of)
    | cells.map(_frame_of)
    | st.dictionaries(st.text(), weird, max_size=2)
)
