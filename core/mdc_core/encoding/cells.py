r"""One value of any type as JSON: valid for every parser, losing nothing that JSON can hold.

NaN, infinity, None, NaT and NA are null. Integers of any size and decimals keep their digits.
Dates are ISO 8601. Text and bytes that are not valid Unicode keep their bytes visible (`\xff`).
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable
from typing import Any

import numpy
import orjson
import pandas

NULL = b"null"


def cell_json(value: Any) -> bytes:
    """Return the JSON text of one value; objects of unknown classes become their `str`."""
    encode = _BY_TYPE.get(type(value))
    if encode is not None:
        return encode(value)
    for kind, encode in _BY_BASE:
        if isinstance(value, kind):
            return encode(value)
    if hasattr(value, "isoformat"):
        return text_json(value.isoformat())
    return text_json(str(value))


def text_json(text: str) -> bytes:
    """Return the JSON text of a string; lone surrogates become visible escapes."""
    try:
        return orjson.dumps(text)
    except TypeError:
        return orjson.dumps(text.encode("utf-8", "backslashreplace").decode())


def _null(_value: Any) -> bytes:
    return NULL


def _boolean(value: Any) -> bytes:
    return b"true" if value else b"false"


def _integer(value: Any) -> bytes:
    return b"%d" % int(value)


def _float(value: Any) -> bytes:
    return repr(float(value)).encode() if math.isfinite(value) else NULL


def _numpy_float(value: Any) -> bytes:
    # The shortest text that the value's own precision reads back, as numpy prints it.
    return str(value).encode() if numpy.isfinite(value) else NULL


def _decimal(value: decimal.Decimal) -> bytes:
    return str(value).encode() if value.is_finite() else NULL


def _bytes(value: Any) -> bytes:
    return text_json(bytes(value).decode("utf-8", "backslashreplace"))


def _time(value: Any) -> bytes:
    return text_json(value.isoformat())


def _numpy_time(value: Any) -> bytes:
    if numpy.isnat(value):
        return NULL
    if isinstance(value, numpy.timedelta64):
        return _duration(value)
    return text_json(numpy.datetime_as_string(value).item())


def _duration(value: Any) -> bytes:
    return text_json(pandas.Timedelta(value).isoformat())


def _sequence(value: Any) -> bytes:
    return b"[" + b",".join(map(cell_json, value)) + b"]"


def _array(value: numpy.ndarray) -> bytes:
    return _sequence(value) if value.ndim else cell_json(value[()])


def _mapping(value: dict[Any, Any]) -> bytes:
    fields = (_key(key) + b":" + cell_json(item) for key, item in value.items())
    return b"{" + b",".join(fields) + b"}"


def _key(key: Any) -> bytes:
    return text_json(key if isinstance(key, str) else str(key))


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
    list: _sequence,
    tuple: _sequence,
    dict: _mapping,
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
    (numpy.ndarray, _array),
    (datetime.timedelta, _duration),
    (str, lambda value: text_json(str.__str__(value))),
    (int, _integer),
    (decimal.Decimal, _decimal),
    ((bytes, bytearray, memoryview), _bytes),
    (dict, _mapping),
    ((list, tuple, pandas.Series, pandas.Index), _sequence),
    ((set, frozenset), _set),
    (pandas.DataFrame, lambda value: _sequence(value.to_dict(orient="records"))),
)
