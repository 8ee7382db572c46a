"""Requirements as pip and conda write them, and which versions they leave.

Sources: "Dependency specifiers" and "Version specifiers" of the Python packaging guide; "Package
match specifications" of conda.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple, Optional, Tuple

Version = Tuple[float, ...]

_REQUIREMENT = re.compile(
    r"(?:[\w./-]+::)?([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL
)
_CONDA_FIELD = re.compile(r"^version\s*=\s*['\"]?([^'\"]*)")
_WHEEL = re.compile(r"([A-Za-z0-9_.]+)-(\d[^-/]*)-[^/]*\.whl(?:#.*)?$")
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=)?\s*v?(\d[\w.*+!]*)(=[^=\s]+|\s+\S+)?")
_BEHIND = re.compile(r"\s*;.*|\s+#.*|\s*--hash.*|\s*\\\s*$", re.DOTALL)
_BEYOND = math.inf


class Requirement(NamedTuple):
    """One package that is asked for.

    Attributes:
        name: in lower case, with hyphens.
        extras: as they stand.
        bounds: what it says of versions, such as `>=1.16,<1.23`.
        is_conditional: a marker says where it holds (`; python_version < "3.8"`).
    """

    name: str
    extras: tuple[str, ...] = ()
    bounds: str = ""
    is_conditional: bool = False

    @property
    def text(self) -> str:
        """Name and bounds, without URLs, hashes and markers."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.name}{extras}{' ' if self.bounds[:1].isdigit() else ''}{self.bounds}"

    @property
    def is_pinned(self) -> bool:
        """Whether something is said of the newest version to be taken."""
        return all(any(each.high is not None for each in one) for one in self._alternatives)

    def is_below(self, bound: Version) -> bool:
        """Return whether a version and all that are newer are left out."""
        return all(any(each.is_below(bound) for each in one) for one in self._alternatives)

    def is_at_least(self, bound: Version) -> bool:
        """Return whether all that are older than a version are left out."""
        return all(
            any(each.low is not None and each.low >= bound for each in one)
            for one in self._alternatives
        )

    def allows(self, version: str) -> bool:
        """Return whether an installed version will do; what it says with `!=` is not looked at."""
        release = _trimmed(_numbers(version))
        return any(all(each.allows(release) for each in one) for one in self._alternatives)

    @property
    def _alternatives(self) -> list[list[_Range]]:
        """Ranges, all of one list of which must hold; conda has `1.16|1.18`."""
        return [list(_ranges(alternative)) for alternative in self.bounds.split("|")]


class _Range(NamedTuple):
    """What one clause leaves: versions from `low` to `high`, where it says something of them."""

    low: Optional[Version] = None
    high: Optional[Version] = None
    is_open: bool = False  # `high` itself is left out

    def is_below(self, bound: Version) -> bool:
        if self.high is None:
            return False
        return self.high <= bound if self.is_open else self.high < bound

    def allows(self, release: Version) -> bool:
        if self.low is not None and release < _trimmed(self.low):
            return False
        if self.high is None:
            return True
        high = _trimmed(self.high)
        return release < high if self.is_open else release <= high


def parse_requirement(text: str) -> Optional[Requirement]:
    """Return what a requirement says; None for options, and places that name no package."""
    given = _BEHIND.sub("", text).strip()
    wheel = _WHEEL.search(given)
    if wheel:
        return Requirement(normal_name(wheel.group(1)), (), f"=={wheel.group(2)}")
    found = None if given.startswith(("-", ".", "/")) else _REQUIREMENT.fullmatch(given)
    if found is None:
        return None
    name, bracket, rest = found.groups()
    bounds = rest.partition("@")[0].strip(" ()")
    if ":" in bounds:  # git+https://..., a path of Windows
        return None
    field = _CONDA_FIELD.match(bracket or "")
    extras = () if field else tuple(each.strip() for each in (bracket or "").split(",") if each)
    bounds = field.group(1) if field else bounds
    return Requirement(normal_name(name), extras, bounds, ";" in text)


def normal_name(name: str) -> str:
    """Return the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a pip requirements file that ask for something, and their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.partition(" #")[0].strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def _ranges(bounds: str) -> Iterator[_Range]:
    for part in bounds.split(","):
        found = _CLAUSE.match(part.strip())
        if found:
            operator, text, build = found.groups()
            version = _numbers(text)
            beginning = (*version, _BEYOND)
            is_exact = operator in ("==", "===") or build
            if operator == "~=":
                yield _Range(version, (*version[:-1], _BEYOND))
            elif operator in (None, "=", "==", "==="):
                yield _Range(version, version if is_exact and "*" not in text else beginning)
            elif operator in (">=", ">"):
                yield _Range(low=version)
            elif operator in ("<=", "<"):
                yield _Range(high=version, is_open=operator == "<")


def _numbers(version: str) -> Version:
    return tuple(float(digits) for digits in re.findall(r"\d+", _release(version)))


def _trimmed(version: Version) -> Version:
    """Return a version without zeros at its end: 1.30.0 is 1.30."""
    while version and version[-1] == 0:
        version = version[:-1]
    return version


def _release(version: str) -> str:
    """Return the numbers at the beginning of a version, without pre-releases and builds."""
    found = re.match(r"(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return found.group(1) if found else ""
