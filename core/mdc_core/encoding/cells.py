r"""One value of any type as JSON: valid for every parser, losing nothing that JSON can hold.

NaN, infinity, None, NaT, NA and masked are null. Integers of any size and decimals keep their
digits; beyond the range of a double, where strict parsers refuse a number, as text. Dates are
ISO 8601. Text and bytes that are not valid Unicode keep their bytes visible (`\xff`).
"""

from __future__ import annotations

import datetime
import decimal
import math
import sys
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy
import pandas
from pandas.api.extensions import ExtensionArray

from ..data.column_names import unique_names
from .objects import attribute_of, object_json
from .plain_json import is_encodable, numbers_of, text_of

NULL = b"null"

# Every number below 2**1023 and below 10**308 is in the range of a double.
_DOUBLE_BITS = 1023
_DOUBLE_DIGITS = 308
# A list of so many floats is encoded faster as an array.
_MANY = 8
# Each is written with its own digits, and not with those that it has as a float32.
_HALF = numpy.dtype(numpy.float16)


def cell_json(value: Any) -> bytes:
    """Return the JSON text of one value; for objects of unknown classes see `objects`."""
    encode = _BY_TYPE.get(type(value))
    if encode is not None:
        return encode(value)
    for kind, encode in _BY_BASE:
        if isinstance(value, kind):
            return encode(value)
    if callable(attribute_of(value, "isoformat")):
        return text_json(value.isoformat())
    return object_json(value, _mapping, text_json)


def text_json(text: str) -> bytes:
    """Return the JSON text of a string; lone surrogates become visible escapes."""
    try:
        return text_of(text)
    except TypeError:
        return text_of(text.encode("utf-8", "backslashreplace").decode())


def trimmed_time(text: str) -> str:
    """Return a time in ISO 8601 without the trailing zeros of its fraction."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _null(_value: Any) -> bytes:
    return NULL


def _boolean(value: Any) -> bytes:
    return b"true" if value else b"false"


def _integer(value: Any) -> bytes:
    number = int(value)
    if number.bit_length() <= _DOUBLE_BITS:
        return b"%d" % number
    try:
        return text_json(str(number))
    except ValueError:  # more digits than the interpreter writes in decimal
        return text_json(hex(number))


def _float(value: Any) -> bytes:
    return repr(float(value)).encode() if math.isfinite(value) else NULL


def _numpy_float(value: Any) -> bytes:
    # The shortest text that the value's own precision reads back, as numpy prints it.
    if not numpy.isfinite(value):
        return NULL
    if isinstance(value, numpy.longdouble) and abs(value) > sys.float_info.max:
        return text_json(str(value))
    return str(value).encode()


def _decimal(value: decimal.Decimal) -> bytes:
    if not value.is_finite():
        return NULL
    text = str(value)
    return text.encode() if value.adjusted() < _DOUBLE_DIGITS else text_json(text)


def _bytes(value: Any) -> bytes:
    return text_json(bytes(value).decode("utf-8", "backslashreplace"))


def _time(value: Any) -> bytes:
    return text_json(value.isoformat())


def _numpy_time(value: Any) -> bytes:
    if numpy.isnat(value):
        return NULL
    if isinstance(value, numpy.timedelta64):
        return _duration(value)
    return text_json(trimmed_time(numpy.datetime_as_string(value).item()))


def _duration(value: Any) -> bytes:
    try:
        return text_json(pandas.Timedelta(value).isoformat())
    except (ValueError, OverflowError):  # too long, or years and months, which have no one length
        return text_json(str(value))


def _complex(value: Any) -> bytes:
    return _mapping({"imag": value.imag, "real": value.real})


def _record(value: Any) -> bytes:
    if value.dtype.names is None:
        return _bytes(value.tobytes())
    return _sequence([value[name] for name in value.dtype.names])


def _sequence(value: Any) -> bytes:
    return b"[" + b",".join(map(cell_json, value)) + b"]"


def _items(value: Any) -> bytes:
    # As an array: 80 us, not 440, for the 768 floats of an embedding.
    if len(value) >= _MANY and set(map(type, value)) == {float}:
        return _array(numpy.array(value))
    return _sequence(value)


def _array(value: numpy.ndarray) -> bytes:
    if value is numpy.ma.masked:
        return NULL
    if not value.ndim:
        return cell_json(value[()])
    if type(value) is not numpy.ndarray or not is_encodable(value.dtype) or value.dtype == _HALF:
        return _sequence(value)
    cells = numbers_of(value)
    for axis in range(value.ndim - 1, -1, -1):
        size = value.shape[axis]
        lists = int(numpy.prod(value.shape[:axis]))
        cells = [b"[%b]" % b",".join(cells[at * size : (at + 1) * size]) for at in range(lists)]
    return cells[0]


def _mapping(value: dict[Any, Any]) -> bytes:
    fields = zip(map(text_json, unique_names(value)), map(cell_json, value.values()))
    return b"{" + b",".join(b"%s:%s" % field for field in fields) + b"}"


def _frame(value: pandas.DataFrame) -> bytes:
    names = unique_names(value.columns)
    rows = value.itertuples(index=False, name=None)
    return _sequence([dict(zip(names, row)) for row in rows])


def _set(value: Any) -> bytes:
    return b"[" + b",".join(sorted(map(cell_json, value))) + b"]"


_BY_TYPE: dict[type, Callable[[Any], bytes]] = {
    str: text_json,
    int: _integer,
    float: _float,
    bool: _boolean,
    type(None): _null,
    type(pandas.NaT): _null,
    type(pandas.NA): _null,
    bytes: _bytes,
    list: _items,
    tuple: _items,
    dict: _mapping,
    complex: _complex,
    decimal.Decimal: _decimal,
    datetime.datetime: _time,
    pandas.Timestamp: _time,
}
_BY_BASE: tuple[tuple[Any, Callable[[Any], bytes]], ...] = (
    (numpy.bool_, _boolean),
    # Before integers: numpy derives timedelta64 from them.
    ((numpy.datetime64, numpy.timedelta64), _numpy_time),
    (numpy.integer, _integer),
    ((numpy.float64, float), _float),
    (numpy.floating, _numpy_float),
    ((complex, numpy.complexfloating), _complex),
    (numpy.void, _record),
    (numpy.ndarray, _array),
    (datetime.timedelta, _duration),
    (str, lambda value: text_json(str.__str__(value))),
    (int, _integer),
    (decimal.Decimal, _decimal),
    ((bytes, bytearray, memoryview), _bytes),
    (dict, _mapping),
    (Mapping, lambda value: _mapping(dict(value))),
    ((list, tuple, deque, pandas.Series, pandas.Index, ExtensionArray), _sequence),
    ((set, frozenset), _set),
    (pandas.DataFrame, _frame),
    ((pandas.Period, pandas.Interval), lambda value: text_json(str(value))),
)
