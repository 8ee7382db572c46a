"""Texts and arrays of numbers as JSON: by orjson, or by the standard library where it is missing.

Not every platform and Python has a wheel of orjson, and a scoring image has no compiler. Both ways
give the same bytes, but for the plus sign of an exponent, which newer releases of orjson write; the
second takes several times as long. Source of the form of floats: what orjson writes.
"""

from __future__ import annotations

import json
from decimal import Decimal

import numpy

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

# Of floats of 8 and of 4 bytes: the places before and behind the point up to which there is no
# exponent.
_PLACES = {8: (16, -5), 4: (13, -6)}


def text_of(text: str) -> bytes:
    """Return the JSON text of a string.

    Raises:
        TypeError: a lone surrogate is in it.
    """
    if orjson is not None:
        return orjson.dumps(text)
    try:
        return json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise TypeError(str(error)) from None


def numbers_of(values: numpy.ndarray) -> list[bytes]:
    """Return the JSON texts of numbers or booleans; of floats that are not finite, `null`.

    Args:
        values: shape (n,), n > 0, contiguous and native; floats of 4 or 8 bytes.
    """
    if orjson is not None:
        return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")
    if values.dtype.kind != "f":
        return json.dumps(values.tolist(), separators=(",", ":"))[1:-1].encode().split(b",")
    places = _PLACES[values.dtype.itemsize]
    # The shortest text that reads back, in the precision of the array.
    return [
        _float_text(Decimal(str(value)), *places) if numpy.isfinite(value) else b"null"
        for value in values
    ]


def _float_text(value: Decimal, most: int, least: int) -> bytes:
    sign, all_digits, exponent = value.as_tuple()
    text = "".join(map(str, all_digits))
    digits = text.rstrip("0") or "0"
    if digits == "0":
        return b"-0.0" if sign else b"0.0"
    assert isinstance(exponent, int)  # it is finite
    point = len(text) + exponent  # where it stands, counted from the first digit
    if len(digits) <= point <= most:
        shown = digits + "0" * (point - len(digits)) + ".0"
    elif 0 < point <= most:
        shown = f"{digits[:point]}.{digits[point:]}"
    elif least < point <= 0:
        shown = "0." + "0" * -point + digits
    else:
        behind = digits[1:] and "." + digits[1:]
        shown = f"{digits[0]}{behind}e{point - 1:+}"
    return (("-" if sign else "") + shown).encode()


def is_fast() -> bool:
    """Return whether orjson is there."""
    return bool(orjson)
