"""Requirements as pip and conda write them, and which versions they leave.

Sources: "Dependency specifiers" of the Python packaging guide; "Package match specifications" of
conda.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import NamedTuple, Optional
from urllib.parse import unquote

from .versions import Range, Version, alternatives, is_some_left, numbers_of, trimmed

_NAME = r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?"
_REQUIREMENT = re.compile(rf"(?:[\w./-]+::)?({_NAME})\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL)
_CONDA_FIELD = re.compile(r"^version\s*=\s*['\"]?([^'\"]*)")
_DIRECT = re.compile(rf"({_NAME})\s*(?:\[([^\]]*)\])?\s*@\s*(\S.*)")
_PLACE = re.compile(r"[./~]|\w:\\|[\w+]+:/|.*\.(?:whl|zip|tar\.\w+|tgz)(?:[#?].*)?$|git\+")
_EGG = re.compile(rf"[#&]egg=({_NAME}?)(?:-(\d[\w.!+]*)|==(\d[\w.!+]*))?(?:\[([^\]]*)\])?(?:&|$)")
_FILE = re.compile(
    r"(?:([A-Za-z0-9_.]+)-(\d[^-/\\]*)(?:-[^/\\]*)?\.whl"
    r"|([A-Za-z0-9][\w.-]*?)-(\d[\w.!+]*)\.(?:tar\.\w+|tgz|zip))(?:[?#].*)?$"
)
_PIP_CLAUSE = r"(?:===\s*[^\s,;]+|(?:==|!=|<=|>=|<|>)\s*v?\d[\w.*+!-]*|~=\s*v?\d+\.\d[\w.!-]*)"
_OF_PIP = re.compile(
    rf"{_NAME}\s*(?:\[[\w\s,.-]*\])?\s*"
    rf"(?:\(\s*{_PIP_CLAUSE}(?:\s*,\s*{_PIP_CLAUSE})*\s*\)"
    rf"|{_PIP_CLAUSE}(?:\s*,\s*{_PIP_CLAUSE})*\s*,?)?"
)
_BEHIND = re.compile(
    r"\s+#.*|\s*--(?:hash|config-settings?|global-option)\b.*|\s*\\\s*$", re.DOTALL
)
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s*)")
_COMMENT = re.compile(r"(?:^|\s)#.*")


class Requirement(NamedTuple):
    """One package that is asked for.

    Attributes:
        name: in lower case, with hyphens.
        extras: as they stand.
        bounds: what it says of versions, such as `>=1.16,<1.23`.
        marker: where it holds, such as `python_version < "3.8"`; "" for everywhere.
    """

    name: str
    extras: tuple[str, ...] = ()
    bounds: str = ""
    marker: str = ""

    @property
    def text(self) -> str:
        """Name and bounds, without URLs, hashes and markers."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.name}{extras}{' ' if self.bounds[:1].isdigit() else ''}{self.bounds}"

    @property
    def is_conditional(self) -> bool:
        """Whether a marker says where it holds."""
        return bool(self.marker)

    @property
    def is_pinned(self) -> bool:
        """Whether the newest version is bounded."""
        return all(any(each.high is not None for each in one) for one in self._alternatives)

    @property
    def oldest(self) -> Version:
        """The oldest version that is left, () where there is no bound."""
        lows = [max((each.low or () for each in one), default=()) for one in self._alternatives]
        return min(lows)

    def is_below(self, bound: Version) -> bool:
        """Return whether a version and all that are newer are left out."""
        return all(any(each.is_below(trimmed(bound)) for each in one) for one in self._alternatives)

    def is_at_least(self, bound: Version) -> bool:
        """Return whether all that are older than a version are left out."""
        return all(
            any(each.low is not None and each.low >= trimmed(bound) for each in one)
            for one in self._alternatives
        )

    def allows(self, version: str) -> bool:
        """Return whether an installed version will do; what it says with `!=` is not looked at."""
        release = trimmed(numbers_of(version))
        return any(all(each.allows(release) for each in one) for one in self._alternatives)

    @property
    def _alternatives(self) -> Sequence[Sequence[Range]]:
        return alternatives(self.bounds)


def leave_a_version(requirements: Sequence[Requirement]) -> bool:
    """Return whether a version fulfils all requirements of one package."""
    each_said = [alternatives(each.bounds) for each in requirements]
    return any(is_some_left(list(chain(*one))) for one in product(*each_said))


@lru_cache(maxsize=64)
def minor_version(python: tuple[int, int], oldest: Version = ()) -> Requirement:
    """Return the requirement of one minor version of Python, and not older than another one."""
    major, minor = python
    first = ".".join(str(int(number)) for number in max(python, oldest))
    return Requirement("python", (), f">={first},<{major}.{minor + 1}")


def parse_requirement(text: str) -> Optional[Requirement]:
    """Return what a requirement says; None for options, and places that name no package.

    The name of what lies at a place is behind `#egg=` or before `@`, or else the file's.
    """
    said, _, marker = _BEHIND.sub("", text).partition(" ;" if _is_place(text) else ";")
    given = _EDITABLE.sub("", said.strip(), 1).strip(" '\"")
    direct = _DIRECT.fullmatch(given)
    if given.startswith("-"):
        return None
    if direct:
        name, bracket, place = direct.groups()
        return Requirement(
            normal_name(name), _extras(bracket), _version_at(place, name), marker.strip()
        )
    if _is_place(given):
        return _at_place(given, marker.strip())
    found = _REQUIREMENT.fullmatch(given)
    if found is None:
        return None
    name, bracket, rest = found.groups()
    bounds = rest.strip(" ()")
    if ":" in bounds:
        return None
    field = _CONDA_FIELD.match(bracket or "")
    extras = () if field else _extras(bracket)
    bounds = field.group(1) if field else bounds
    return Requirement(normal_name(name), extras, bounds, marker.strip())


def is_valid_for_pip(text: str) -> bool:
    """Return whether pip takes a requirement as it is written, conda's forms for instance not."""
    given = _BEHIND.sub("", text).strip()
    if _is_place(given) or _DIRECT.fullmatch(given):
        return True
    return _OF_PIP.fullmatch(given.partition(";")[0].strip()) is not None


def _is_place(given: str) -> bool:
    return _PLACE.match(given) is not None


def _at_place(place: str, marker: str) -> Optional[Requirement]:
    egg = _EGG.search(place)
    if egg:
        name, *versions, bracket = egg.groups()
        version = next(filter(None, versions), "")
        bounds = f"=={version}" if version else _version_at(place, name)
        return Requirement(normal_name(name), _extras(bracket), bounds, marker)
    name, version = _file_at(place)
    return Requirement(normal_name(name), (), f"=={version}", marker) if name else None


def _version_at(place: str, name: str) -> str:
    """Return the bounds that the name of a package's own file says, "" for other files."""
    of_file, version = _file_at(place)
    return f"=={version}" if of_file and normal_name(of_file) == normal_name(name) else ""


def _file_at(place: str) -> tuple[str, str]:
    """Return the package and version that a file's name says, both empty for other files."""
    file = _FILE.search(unquote(place))
    return ("", "") if file is None else (file[1] or file[3], file[2] or file[4])


def _extras(bracket: Optional[str]) -> tuple[str, ...]:
    return tuple(each.strip() for each in (bracket or "").split(",") if each.strip())


def normal_name(name: str) -> str:
    """Return the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a pip requirements file that ask for something, and their numbers.

    A line that ends in a backslash goes on in the next.
    """
    first, begun = 0, ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        first = first if begun else number
        whole = begun + (line if begun else line.lstrip())
        begun = whole[:-1] if whole.endswith("\\") and not whole.startswith("#") else ""
        stripped = " ".join(_COMMENT.sub("", whole).split()) if not begun else ""
        if stripped:
            yield first, stripped
