"""Texts and arrays of numbers as JSON: by orjson, or by the standard library where it is missing.

Not every platform and Python has a wheel of orjson, and a scoring image has no compiler. Both ways
give the same bytes, except for the plus sign of an exponent, which newer orjson writes; the
second takes several times as long. Source of the form of floats: what orjson writes.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Callable, List, Optional

import numpy

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

# Characters of texts that are encoded together; longer ones would be copied for nothing.
_MOST_TOGETHER = 1024 * 1024
# Between texts that are encoded together; rare in texts. Texts with it are encoded one by one.
_SEAM = "\x7f"
_MOMENTS = frozenset({datetime, type(None)})
# By bytes of a float: the places before and after the point up to which there is no exponent.
_PLACES = {8: (16, -5), 4: (13, -6)}
# Between these the text by Python, and the positional one by numpy, is that of orjson.
_PLAIN = {8: (1e-4, 1e16), 4: (1e-4, 1e7)}


def numbers_of(values: numpy.ndarray) -> list[bytes]:
    """Return the JSON texts of numbers or booleans; of floats that are not finite, `null`.

    Args:
        values: of any shape, of a dtype that `is_encodable` says.
    """
    if values.size == 0:
        return []
    dtype = values.dtype
    if dtype.itemsize == 2:
        # Not all releases of orjson take them.
        values = values.astype(numpy.float32 if dtype.kind == "f" else numpy.int32)
    elif not dtype.isnative:
        values = values.astype(dtype.newbyteorder("="))
    values = numpy.ascontiguousarray(values).reshape(-1)
    if orjson is None:
        return standard_numbers_of(values)
    cells: list[bytes] = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY).split(b",")
    # Not from the whole text, which would be copied: 4% of the time of 2,300 numbers.
    cells[0] = cells[0][1:]
    cells[-1] = cells[-1][:-1]
    return cells


def is_encodable(dtype: numpy.dtype) -> bool:
    """Return whether `numbers_of` takes arrays of a dtype."""
    return dtype.kind in "fiub" and dtype.itemsize <= 8


def moments_of(values: numpy.ndarray) -> Optional[List[bytes]]:
    """Return the JSON texts of times, with six digits of the fraction or none; NaT is `null`.

    A sixth of what `numpy.datetime_as_string` takes.

    Args:
        values: shape (n,), n > 0, microseconds.

    Returns:
        None where only that can write them.
    """
    moments = values.tolist()
    # Times of the years 1 to 9999; others are numbers.
    if orjson is None or not _MOMENTS.issuperset(map(type, moments)):
        return None
    cells: List[bytes] = orjson.dumps(moments)[1:-1].split(b",")
    return cells


def texts_of(texts: List[str]) -> List[bytes]:
    """Return the JSON texts of strings, in one call of the encoder.

    One call for each text made some processes slow: 100 rows with 4 texts took 200 us in most, and
    800 in some, where hundreds of small results were alive at once.

    Raises:
        TypeError: a lone surrogate is in one.
    """
    if len(texts) < 2 or sum(map(len, texts)) > _MOST_TOGETHER:
        return list(map(text_of, texts))
    joined = _SEAM.join(texts)
    if joined.count(_SEAM) != len(texts) - 1:
        return list(map(text_of, texts))
    # JSON does not escape the seam, and UTF-8 has its byte nowhere else: here it parts them too.
    return text_of(joined).replace(b"\x7f", b'"\x7f"').split(b"\x7f")


def standard_text_of(text: str) -> bytes:
    """Return the JSON text of a string, by the standard library.

    Raises:
        TypeError: a lone surrogate is in it.
    """
    try:
        return json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise TypeError(str(error)) from None


def standard_numbers_of(values: numpy.ndarray) -> list[bytes]:
    """Return what `numbers_of` does, by the standard library."""
    size = values.dtype.itemsize
    if values.dtype.kind == "f" and size < 8:
        # The shortest text that reads back, in the precision of the array. Not `str`, which in
        # newer releases of numpy writes 1e+06.
        texts = [numpy.format_float_positional(value, trim="0").encode() for value in values]
    else:
        texts = json.dumps(values.tolist(), separators=(",", ":"))[1:-1].encode().split(b",")
    if values.dtype.kind == "f":
        most, least = _PLACES[size]
        for at in numpy.flatnonzero(~_is_plain(values)).tolist():
            finite = numpy.isfinite(values[at])
            texts[at] = _float_text(Decimal(str(values[at])), most, least) if finite else b"null"
    return texts


def _is_plain(values: numpy.ndarray) -> numpy.ndarray:
    """Return which floats have the same text by Python and by orjson, without further thought."""
    least, most = _PLAIN[values.dtype.itemsize]
    size = numpy.abs(values.astype(numpy.float64))
    with numpy.errstate(invalid="ignore"):  # older releases of numpy warn of NaN
        plain: numpy.ndarray = (size == 0) | ((size >= least) & (size < most))
    return plain


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


# The JSON text of a string. No function of ours around it: it is called for every text.
text_of: Callable[[str], bytes] = standard_text_of if orjson is None else orjson.dumps
