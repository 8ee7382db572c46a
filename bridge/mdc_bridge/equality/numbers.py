"""Whether two texts are the same number.

Numbers are compared digit by digit, except those that numpy may hold in single or half precision:
for one float32 the CSV may have `0.10000000149011612` (as an object beside its correlations) and
the JSON `0.1`. Integers are always compared by their digits, so that ids stay different.
"""

from __future__ import annotations

import re
import struct
from typing import Optional

import numpy

# Without leading zeros and a plus, which only texts have: `00123` is not 123.
_NUMBER = re.compile(r"(-?)(0|[1-9]\d*|)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?")
# Fewer digits are the shortest text in any precision.
_FEWEST_DIGITS = 5
_SINGLE, _HALF = "<f", "<e"


def number_key(text: str) -> Optional[str]:
    """Return a number's digits and exponent in one form for all ways to write it; None for text."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction, exponent = match.groups()
    fraction = fraction or ""
    if not whole and not fraction:
        return None
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    stripped = digits.rstrip("0")
    power = int(exponent or 0) - len(fraction) + len(digits) - len(stripped)
    return f"{sign}{stripped}e{power}"


def coarse_key(text: str) -> Optional[str]:
    """Return what is equal for all texts that `is_same_number` may take for one number."""
    key = number_key(text)
    if key is None or not _is_fraction(text) or key.find("e") < _FEWEST_DIGITS:
        return key
    value = float(text)
    single = _rounded(value, _SINGLE)
    if single is None:
        return key
    shortest = number_key(str(numpy.float32(single)))
    if key not in (shortest, number_key(repr(single))):
        return key
    if _rounded(single, _HALF) == single:
        return number_key(str(numpy.float16(single)))
    return shortest


def is_same_number(one: str, other: str) -> bool:
    """Return whether two texts are numbers, and the same."""
    key = number_key(one)
    if key is None:
        return False
    if key == number_key(other):
        return True
    if not (_is_fraction(one) and _is_fraction(other)) or coarse_key(one) != coarse_key(other):
        return False
    return not _narrow(one).isdisjoint(_narrow(other))


def _is_fraction(text: str) -> bool:
    return "." in text or "e" in text or "E" in text


def _narrow(text: str) -> set[tuple[str, float]]:
    """Return the numbers of single and half precision that may be written so."""
    key, value = number_key(text), float(text)
    found = set()
    single = _rounded(value, _SINGLE)
    if single is not None and key in map(number_key, (str(numpy.float32(single)), repr(single))):
        found.add((_SINGLE, single))
    half = _rounded(value, _HALF)
    if half is not None:
        texts = (str(numpy.float16(half)), str(numpy.float32(half)), repr(half))
        if key in map(number_key, texts):
            found.add((_HALF, half))
    return found


def _rounded(value: float, precision: str) -> Optional[float]:
    """Return a number as the precision holds it; None beyond its range."""
    try:
        (rounded,) = struct.unpack(precision, struct.pack(precision, value))
    except OverflowError:
        return None
    return float(rounded)
