"""What releases of our dependencies, and of azureml-defaults, need beside them.

Source: the metadata of their wheels in pip's index, November 2026. Releases that need the same are
one line. azureml-defaults has what its parts need, until they are parted. The newest Pythons of
numpy and pandas are those with a wheel for Linux: elsewhere pip compiles, which images cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ..requirements import Requirement, parse_requirement


class Release(NamedTuple):
    """Some releases of a package that need the same.

    Attributes:
        itself: the package, and which releases they are.
        python: that they need.
        needs: other packages.
    """

    itself: Requirement
    python: Requirement
    needs: tuple[Requirement, ...]


# First release, the first that is another case, Python, and packages.
_TABLES = {
    "azure-storage-blob": """
        12.8  12.9   >=3.5  azure-core>=1.10,<2 msrest>=0.6.18 cryptography>=2.1.4
        12.9  12.10  >=3.5  azure-core>=1.10,<2 msrest>=0.6.21 cryptography>=2.1.4
        12.10 12.12  >=3.6  azure-core>=1.15,<2 msrest>=0.6.21 cryptography>=2.1.4
        12.12 12.14  >=3.6  azure-core>=1.23.1,<2 msrest>=0.6.21 cryptography>=2.1.4
        12.14 12.15  >=3.7  azure-core>=1.24.2,<2 msrest>=0.7.1 cryptography>=2.1.4
        12.15 12.17  >=3.7  azure-core>=1.26,<2 cryptography>=2.1.4 typing-extensions>=4.0.1
            isodate>=0.6.1
        12.17 12.20  >=3.7  azure-core>=1.28,<2 cryptography>=2.1.4 typing-extensions>=4.3
            isodate>=0.6.1
        12.20 12.23  >=3.8  azure-core>=1.28 cryptography>=2.1.4 typing-extensions>=4.6
            isodate>=0.6.1
        12.23 12.27  >=3.8  azure-core>=1.30 cryptography>=2.1.4 typing-extensions>=4.6
            isodate>=0.6.1
        12.27 12.29  >=3.9  azure-core>=1.30 cryptography>=2.1.4 typing-extensions>=4.6
            isodate>=0.6.1
        12.29 12.31  >=3.9  azure-core>=1.37 cryptography>=2.1.4 typing-extensions>=4.6
            isodate>=0.6.1
        12.31 -      >=3.10 azure-core>=1.37 cryptography>=2.1.4 typing-extensions>=4.6
            isodate>=0.6.1
    """,
    "azure-identity": """
        1.0  1.2   >=3.5  azure-core>=1.0,<2
        1.2  1.4   >=3.5  azure-core>=1.0,<2 cryptography>=2.1.4 msal>=1.0,<2
            msal-extensions~=0.1.3 six>=1.6
        1.4  1.5   >=3.5  azure-core>=1.0,<2 cryptography>=2.1.4 msal>=1.3,<2
            msal-extensions~=0.2.2 six>=1.6
        1.5  1.6   >=3.5  azure-core>=1.0,<2 cryptography>=2.1.4 msal>=1.6,<2
            msal-extensions~=0.3.0 six>=1.6
        1.6  1.7   >=3.5  azure-core>=1.0,<2 cryptography>=2.1.4 msal>=1.7,<2
            msal-extensions~=0.3.0 six>=1.12
        1.7  1.10  >=3.6  azure-core>=1.11,<2 cryptography>=2.5 msal>=1.12,<2
            msal-extensions~=0.3.0 six>=1.12
        1.10 1.11  >=3.6  azure-core>=1.11,<2 cryptography>=2.5 msal>=1.12,<2
            msal-extensions>=0.3,<2 six>=1.12
        1.11 1.13  >=3.7  azure-core>=1.11,<2 cryptography>=2.5 msal>=1.12,<2
            msal-extensions>=0.3,<2 six>=1.12
        1.13 1.14  >=3.7  azure-core>=1.11,<2 cryptography>=2.5 msal>=1.20,<2
            msal-extensions>=0.3,<2 six>=1.12
        1.14 1.15  >=3.7  azure-core>=1.11,<2 cryptography>=2.5 msal>=1.20,<2
            msal-extensions>=0.3,<2
        1.15 1.16  >=3.7  azure-core>=1.23,<2 cryptography>=2.5 msal>=1.24,<2
            msal-extensions>=0.3,<2
        1.16 1.17  >=3.8  azure-core>=1.23 cryptography>=2.5 msal>=1.24 msal-extensions>=0.3
        1.17 1.18  >=3.8  azure-core>=1.23 cryptography>=2.5 msal>=1.24 msal-extensions>=0.3
            typing-extensions>=4.0
        1.18 1.22  >=3.8  azure-core>=1.31 cryptography>=2.5 msal>=1.30 msal-extensions>=1.2
            typing-extensions>=4.0
        1.22 1.26  >=3.9  azure-core>=1.31 cryptography>=2.5 msal>=1.30 msal-extensions>=1.2
            typing-extensions>=4.0
        1.26 1.27  >=3.9  azure-core>=1.31 cryptography>=2.5 msal>=1.39 msal-extensions>=1.2
            typing-extensions>=4.0
        1.27 -     >=3.10 azure-core>=1.31 cryptography>=2.5 msal>=1.39 msal-extensions>=1.2
            typing-extensions>=4.0
    """,
    "pandas": """
        1.1 1.2  >=3.6.1,<3.10 numpy>=1.15.4 python-dateutil>=2.7.3 pytz>=2017.2
        1.2 1.3  >=3.7.1,<3.10 numpy>=1.16.5 python-dateutil>=2.7.3 pytz>=2017.3
        1.3 1.4  >=3.7.1,<3.11 numpy>=1.17.3 python-dateutil>=2.7.3 pytz>=2017.3
        1.4 1.5  >=3.8,<3.11   numpy>=1.18.5 python-dateutil>=2.8.1 pytz>=2020.1
        1.5 2.0  >=3.8,<3.12   numpy>=1.20.3 python-dateutil>=2.8.1 pytz>=2020.1
        2.0 2.1  >=3.8,<3.12   numpy>=1.20.3 python-dateutil>=2.8.2 pytz>=2020.1 tzdata>=2022.1
        2.1 2.2  >=3.9,<3.13   numpy>=1.22.4 python-dateutil>=2.8.2 pytz>=2020.1 tzdata>=2022.1
        2.2 2.3  >=3.9,<3.14   numpy>=1.22.4 python-dateutil>=2.8.2 pytz>=2020.1 tzdata>=2022.7
        2.3 3.0  >=3.9         numpy>=1.22.4 python-dateutil>=2.8.2 pytz>=2020.1 tzdata>=2022.7
        3.0 -    >=3.11        numpy>=1.26 python-dateutil>=2.8.2
    """,
    "numpy": """
        1.18 1.19 >=3.5,<3.9
        1.19 1.21 >=3.6,<3.10
        1.21 1.22 >=3.7,<3.11
        1.22 1.23 >=3.8,<3.11
        1.23 1.25 >=3.8,<3.12
        1.25 1.26 >=3.9,<3.12
        1.26 2.1  >=3.9,<3.13
        2.1  2.3  >=3.10,<3.14
        2.3  -    >=3.11
    """,
    "orjson": """
        3.6   3.6.2 >=3.6
        3.6.2 3.9.8 >=3.7
        3.9.8 -     >=3.8
    """,
    "azureml-defaults": """
        0.1  1.14 >=3.5,<3.9
        1.14 1.15 >=3.5,<3.9  azure-identity>=1.2,<2
        1.15 1.34 >=3.5
        1.34 1.36 >=3.6,<3.10 azure-identity>=1.2,<1.5 cryptography<4 msrest<1
        1.36 1.37 >=3.6,<3.10 azure-identity==1.7 cryptography<4 msrest<1
        1.37 1.38 >=3.6,<3.10 azure-identity==1.7 cryptography<4 msrest<1
            azure-core<1.21 msal>=1.15,<2 msal-extensions>=0.3,<0.4
        1.38 1.41 >=3.6,<3.10 azure-identity==1.7 cryptography<37 msrest<1
            azure-core<1.22 msal>=1.15,<2 msal-extensions>=0.3,<0.4
        1.41 1.42 >=3.6,<3.10 azure-identity==1.7 cryptography<37 msrest<1
            azure-core<2 msal>=1.15,<2 msal-extensions>=0.3,<0.4
        1.42 1.43 >=3.6,<3.10 azure-identity==1.7 cryptography<37 msrest<1
            azure-core<=1.22.1 msal>=1.15,<2
        1.43 1.44 >=3.6,<3.10 azure-identity==1.7 cryptography<38 msrest<0.7
            azure-core<2 msal>=1.15,<2
        1.44 1.46 >=3.6,<3.10 azure-identity==1.7 cryptography<38
            msrest<=0.7.1 azure-core<2 msal>=1.15,<2
        1.46 1.47 >=3.7,<3.11 azure-identity==1.7 cryptography<38 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2
        1.47 1.48 >=3.7,<3.11 azure-identity==1.7 cryptography<41 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2
        1.48 1.49 >=3.7,<3.11 azure-identity>=1.7 cryptography<41 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2
        1.49 1.51 >=3.7,<3.11 azure-identity>=1.7 cryptography<41 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2 numpy<1.24
        1.51 1.52 >=3.7,<3.11 azure-identity>=1.7 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2 numpy<1.24
        1.52 1.55 >=3.7,<3.12 azure-identity>=1.7 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2 numpy<1.24
        1.55 1.61 >=3.8,<3.12 azure-identity>=1.7 msrest<=0.7.1
            azure-core<2 msal>=1.15,<2 numpy<1.24
        1.61 -    >=3.9       azure-identity>=1.7 numpy<2.3.3
    """,
}


_DEFAULTS, _SAME_FROM = "azureml-defaults", 14
# Packages with the minor versions of azureml-defaults, and which of its needs above are theirs.
_PARTS = {
    "azureml-core": ("azure-core", "cryptography", "msal", "msal-extensions", "msrest"),
    "azureml-dataset-runtime": ("azure-identity", "numpy"),
}


@lru_cache(maxsize=1)
def releases() -> dict[str, tuple[Release, ...]]:
    """Return the releases of each package, the oldest first."""
    found = {name: tuple(map(_release, _lines(name))) for name in _TABLES}
    by_minor = tuple(chain.from_iterable(map(_by_minor, found[_DEFAULTS])))
    for name, needs in _PARTS.items():
        found[name] = tuple(_part(each, name, needs) for each in by_minor)
    found[_DEFAULTS] = tuple(map(_whole, by_minor))
    return found


def _by_minor(release: Release) -> Iterator[Release]:
    """Yield the releases of azureml-defaults by minor version."""
    (first, *_), following = release.itself.oldest[1:], release.itself.bounds.rpartition(",<1.")[2]
    if first < _SAME_FROM or not following.isdigit():
        yield release
        return
    for minor in range(int(first), int(following)):
        yield release._replace(itself=_parsed(f"{_DEFAULTS}>=1.{minor},<1.{minor + 1}"))


def _part(release: Release, name: str, names: tuple[str, ...]) -> Release:
    needs = tuple(each for each in release.needs if each.name in names)
    return Release(release.itself._replace(name=name), _parsed("python>=3.5"), needs)


def _whole(release: Release) -> Release:
    """Return a release of azureml-defaults, which needs its parts and nothing else of the table."""
    itself = release.itself
    has_parts = itself.oldest >= (1, _SAME_FROM)
    # azureml-defaults 1.62 takes any azureml-core.
    names = [name for name in _PARTS if itself.is_pinned or name != "azureml-core"]
    parts = (itself._replace(name=name) for name in names) if has_parts else ()
    return release._replace(needs=tuple(parts))


def _lines(name: str) -> list[str]:
    joined = _TABLES[name].strip("\n").replace("\n            ", " ")
    return [f"{name} {line}" for line in joined.splitlines() if line.strip()]


def _release(line: str) -> Release:
    name, first, following, python, *needs = line.split()
    bounds = f">={first}" if following == "-" else f">={first},<{following}"
    itself, runs_on, *others = map(_parsed, (f"{name}{bounds}", f"python{python}", *needs))
    return Release(itself, runs_on, tuple(others))


def _parsed(text: str) -> Requirement:
    requirement = parse_requirement(text)
    assert requirement is not None, text
    return requirement
