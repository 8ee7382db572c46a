"""Data of every kind that scripts collect, as hypothesis strategies."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import uuid
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

_UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns")
_DTYPES = (
    *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"),
    *("f2", "f4", "f8", "g", ">f4", ">f8", "<i2", "c8", "c16"),
    *(f"{kind}8[{unit}]" for kind in "Mm" for unit in _UNITS),
    *("U3", "S3", "O"),
)
_TEXTS = st.text(max_size=6) | st.sampled_from(['q"t', "a,b", "c\rd", "e\nf", "", " lead", "007"])
_SCALARS: Any = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | _TEXTS
    | st.complex_numbers()
    | st.binary(max_size=3)
    | st.decimals()
    | st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))  # noqa: DTZ001  as scripts do
    | st.dates()
    | st.timedeltas(dt.timedelta(-9999), dt.timedelta(9999))
    | st.floats(width=32).map(np.float32)
    | st.floats(width=16).map(np.float16)
    | st.floats().map(np.float64)
    | st.integers(-9, 9).map(np.int8)
    | st.sampled_from(
        [
            np.bool_(True),
            np.datetime64("2020-01-01"),
            np.timedelta64(1, "s"),
            decimal.Decimal("1.10"),
            fractions.Fraction(1, 3),
            uuid.UUID(int=1),
            pd.NaT,
            pd.Timestamp("2020-01-02", tz="UTC"),
            pd.Timedelta("1s"),
        ]
    )
)
_NESTED: Any = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=5,
)
_SMALL_ARRAYS = arrays_of.arrays(
    st.sampled_from(["f4", "f8", "i4", "U2", "?"]), arrays_of.array_shapes(max_dims=2, max_side=4)
)
CELLS: Any = _NESTED | _SMALL_ARRAYS | st.lists(_SMALL_ARRAYS, max_size=2)


def _object_array(rows: Any) -> np.ndarray:
    array = np.empty((len(rows), len(rows[0])), dtype=object)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            array[at, column] = cell
    return array


@st.composite
def _arrays(draw: Any, dtypes: Any, max_dims: int) -> np.ndarray:
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    shape = draw(arrays_of.array_shapes(min_dims=1, max_dims=max_dims, min_side=0, max_side=3))
    if dtype.kind == "O":
        cells = [draw(CELLS) for _ in range(int(np.prod(shape)))]
        array = np.empty(len(cells), dtype=object)
        for at, cell in enumerate(cells):
            array[at] = cell
        return array.reshape(shape)
    array = draw(arrays_of.arrays(dtype, shape))
    order = draw(st.sampled_from(["plain", "fortran", "reversed"]))
    if order == "fortran":
        return np.asfortranarray(array)
    return array[::-1] if order == "reversed" else array


@st.composite
def _columns(draw: Any, rows: int) -> Any:
    kind = draw(st.sampled_from(_COLUMN_KINDS))
    return kind(draw, rows)


def _column_of(dtype: str) -> Any:
    return lambda draw, rows: pd.Series(
        draw(arrays_of.arrays(np.dtype(dtype), rows)), dtype=dtype if dtype != "U3" else object
    )


def _objects(draw: Any, rows: int) -> Any:
    cells = [draw(CELLS) for _ in range(rows)]
    return pd.Series(_object_array([cells])[0] if cells else [], dtype=object)


def _texts(draw: Any, rows: int) -> Any:
    return pd.Series([draw(st.none() | _TEXTS) for _ in range(rows)])


def _categories(draw: Any, rows: int) -> Any:
    of = draw(st.sampled_from([["a", "b,c"], [1, 2], [0.1, 2.5]]))
    return pd.Series(
        pd.Categorical([draw(st.sampled_from([*of, None])) for _ in range(rows)], categories=of)
    )


def _moments(draw: Any, rows: int) -> Any:
    moments = st.sampled_from(["2020-01-01", "2020-01-02 03:04:05", "2020-01-02 03:04:05.5", None])
    series = pd.Series(pd.to_datetime([pd.Timestamp(draw(moments)) for _ in range(rows)]))
    if rows and draw(st.booleans()):
        series = series.dt.tz_localize(draw(st.sampled_from(["UTC", "Europe/Vienna"])))
    return series


def _durations(draw: Any, rows: int) -> Any:
    spans = st.sampled_from(["1 days", "1 days 01:00:00", "00:00:00.5", None])
    return pd.Series(pd.to_timedelta([pd.Timedelta(draw(spans)) for _ in range(rows)]))


def _nullable(dtype: str, values: Any) -> Any:
    def make(draw: Any, rows: int) -> Any:
        cells = [draw(st.none() | values) for _ in range(rows)]
        return pd.Series(pd.array(cells, dtype=dtype))

    return make


def _sparse(draw: Any, rows: int) -> Any:
    cells = [draw(st.sampled_from([0.0, 1.5])) for _ in range(rows)]
    return pd.Series(pd.arrays.SparseArray(cells, fill_value=0.0))


_COLUMN_KINDS = [
    *map(_column_of, ["?", "i1", "i4", "i8", "u8", "f2", "f4", "f8", "c16", "U3"]),
    *(_objects, _texts, _categories, _moments, _moments, _durations, _sparse),
    _nullable("Int64", st.integers(-(2**53), 2**53)),
    _nullable("boolean", st.booleans()),
    _nullable("string", _TEXTS),
]
if hasattr(pd.arrays, "FloatingArray"):
    _COLUMN_KINDS += [
        _nullable("Float32", st.floats(width=32, allow_nan=False)),
        _nullable("Float64", st.floats(allow_nan=False)),
    ]


@st.composite
def _frames(draw: Any) -> pd.DataFrame:
    rows, width = draw(st.integers(0, 3)), draw(st.integers(0, 4))
    columns = [draw(_columns(rows)) for _ in range(width)]
    frame = pd.DataFrame(dict(enumerate(columns)), index=range(rows))
    labels = draw(st.sampled_from(["texts", "numbers", "repeated", "levels", "moments"]))
    if labels == "texts":
        frame.columns = [f"c,{at}" for at in range(width)]
    elif labels == "repeated":
        frame.columns = pd.Index(["a"] * width, dtype=object)
    elif labels == "levels" and width:
        frame.columns = pd.MultiIndex.from_tuples([("a", at, "x") for at in range(width)])
    elif labels == "moments" and width:
        frame.columns = pd.date_range("2020-01-01", periods=width)
    return frame


arrays: Any = _arrays(_DTYPES, 2)
# Of these the original could not be given as inputs.
deep_arrays: Any = _arrays((*_DTYPES, "i4,f4", "f8,U2"), 4)
print_options: Any = st.fixed_dictionaries(
    {},
    optional={
        "precision": st.sampled_from([0, 3, 17]),
        "suppress": st.booleans(),
        "threshold": st.sampled_from([0, 5, 10**9]),
        "linewidth": st.sampled_from([10, 200]),
        "edgeitems": st.sampled_from([1, 2]),
        "floatmode": st.sampled_from(["fixed", "unique", "maxprec_equal"]),
        "sign": st.sampled_from(["+", " "]),
        "nanstr": st.just("-"),
        "formatter": st.just({"float": "{:.1f}".format}),
    },
)
frames: Any = _frames()
lists: Any = st.lists(CELLS, max_size=4)
