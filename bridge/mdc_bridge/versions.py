"""What the bounds of pip and conda leave of a package's versions.

Sources: "Version specifiers" of the Python packaging guide; "Package match specifications" of
conda.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Optional, Tuple

Version = Tuple[float, ...]

_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=)?\s*v?(\d[\w.*+!]*)(=[^=\s]+|\s+\S+)?")
_BEYOND = math.inf


class Range(NamedTuple):
    """What one clause leaves: versions from `low` to `high`, where it says something of them.

    Zeros at their ends are left out.
    """

    low: Optional[Version] = None
    high: Optional[Version] = None
    is_open: bool = False  # `high` itself is left out

    def is_below(self, bound: Version) -> bool:
        return not self._reaches(bound)

    def allows(self, release: Version) -> bool:
        return (self.low is None or self.low <= release) and self._reaches(release)

    def _reaches(self, version: Version) -> bool:
        if self.high is None:
            return True
        return version < self.high if self.is_open else version <= self.high


@lru_cache(maxsize=4096)
def alternatives(bounds: str) -> Sequence[Sequence[Range]]:
    """Return ranges, all of one list of which must hold; conda has `1.16|1.18`."""
    return [list(_ranges(alternative)) for alternative in bounds.split("|")]


def is_some_left(ranges: Sequence[Range]) -> bool:
    """Return whether a version lies in all ranges."""
    low = max((each.low for each in ranges if each.low is not None), default=())
    highs = [(each.high, not each.is_open) for each in ranges if each.high is not None]
    if not highs:
        return True
    high, is_in = min(highs)
    return low < high or (low == high and is_in)


def _ranges(bounds: str) -> Iterator[Range]:
    for part in bounds.split(","):
        found = _CLAUSE.match(part.strip())
        if found:
            operator, text, build = found.groups()
            numbers = numbers_of(text)
            version = trimmed(numbers)
            is_exact = operator in ("==", "===") or build
            if operator == "~=":
                yield Range(version, (*numbers[:-1], _BEYOND))
            elif operator in (None, "=", "==", "==="):
                is_one = is_exact and "*" not in text
                yield Range(version, version if is_one else (*numbers, _BEYOND))
            elif operator in (">=", ">"):
                yield Range(low=version)
            elif operator in ("<=", "<"):
                yield Range(high=version, is_open=operator == "<")


def numbers_of(version: str) -> Version:
    """Return the numbers at the beginning of a version, without pre-releases and builds."""
    release = re.match(r"(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return tuple(map(float, release.group(1).split("."))) if release else ()


def trimmed(version: Version) -> Version:
    """Return a version without zeros at its end: 1.30.0 is 1.30."""
    while version and version[-1] == 0:
        version = version[:-1]
    return version
