"""Whether releases of all that mdc-bridge needs install together beside what a file asks for.

A small resolver over a table of releases: what is not in the table fits everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, Optional

from ..needs import PACKAGES, PYTHON, PYTHONS, packages_on, version_text
from ..requirements import Requirement, leave_a_version, minor_version
from ..scripts.package_requests import Environment, PackageRequest
from ..versions import Version
from .releases import releases

_WHOLE, _PARTS = "azureml-defaults", ("azureml-core", "azureml-dataset-runtime")

Pins = dict[str, list[Requirement]]


class Clash(NamedTuple):
    """A requirement with which mdc-bridge cannot be installed.

    Attributes:
        request: the requirement.
        others: further requirements in the conflict; empty if it does not fit by itself.
        reason: of the first, such as `azure-storage-blob 12.8 needs azure-core>=1.10`, or "".
        advice: what to ask for, "" where nothing fits.
    """

    request: PackageRequest
    others: tuple[PackageRequest, ...]
    reason: str
    advice: str


@lru_cache(maxsize=8)  # several rules ask for those of one environment
def clashes(environment: Environment) -> Sequence[Clash]:
    """Return the requirements that do not fit those before them, the Python first."""
    known = _known()
    given = [each for each in environment.settled if each.requirement.name in known]
    given = [each for each in given if not each.is_constraint or _is_installed(each, environment)]
    given.sort(key=lambda each: each.requirement.name != "python")
    if _fits(given):
        return []
    fitting: list[PackageRequest] = []
    found: list[Clash] = []
    for each in given:
        if _fits([*fitting, each]):
            fitting.append(each)
        elif each.requirement.name != "python":
            found.append(_clash(each, fitting))
    return found


def _is_installed(constraint: PackageRequest, environment: Environment) -> bool:
    """Return whether what a constraint names is installed."""
    name = constraint.requirement.name
    needing = {_WHOLE: [_WHOLE], **{part: [part, _WHOLE] for part in _PARTS}}
    return any(map(environment.named, needing[name])) if name in needing else True


@lru_cache(maxsize=1)
def _known() -> set[str]:
    names = {"python", *releases()}
    for each in releases().values():
        names |= {need.name for release in each for need in release.needs}
    return names


def _fits(given: Sequence[PackageRequest], pythons: Sequence[tuple[int, int]] = ()) -> bool:
    """Return whether some Python has a release of each package beside those that are given."""
    pins = _pins(given)
    asked_for = {name for name in pins if name in releases()}
    if _WHOLE in pins:
        asked_for.update(_PARTS)
    for python in pythons or (PYTHONS if "python" in pins else PYTHONS[1:]):
        packages = packages_on(python)
        pinned = _with_pins(pins, [minor_version(python, PYTHON), *map(_needed, packages)])
        if pinned is not None and _is_solvable(sorted(asked_for.union(packages)), pinned):
            return True
    return False


@lru_cache(maxsize=len(PACKAGES))
def _needed(name: str) -> Requirement:
    return Requirement(name, (), f">={version_text(PACKAGES[name])}")


def _pins(given: Sequence[PackageRequest]) -> Pins:
    """Return the requirement of each package; pip replaces what conda installed."""
    pins: Pins = {}
    by_pip = {each.requirement.name for each in given if each.is_pip}
    for each in given:
        name = each.requirement.name
        if each.is_pip or name not in by_pip:
            pins.setdefault(name, []).append(each.requirement)
    return pins


def _is_solvable(names: Sequence[str], pins: Pins) -> bool:
    """Return whether each package has a release, none of which needs what another one excludes."""
    if not names:
        return True
    left = {name: list(_with_each(name, pins)) for name in names}
    fewest = min(names, key=lambda name: len(left[name]))
    others = [name for name in names if name != fewest]
    return any(_is_solvable(others, pinned) for pinned in left[fewest])


def _with_each(name: str, pins: Pins) -> Iterator[Pins]:
    """Yield the pins with what a release of a package needs, for each that fits them."""
    for release in reversed(releases()[name]):
        pinned = _with_pins(pins, (release.itself, release.python, *release.needs))
        if pinned is not None:
            yield pinned


def _with_pins(pins: Pins, needs: Iterable[Requirement]) -> Optional[Pins]:
    """Return the pins with more of them, None where no version of a package is left."""
    pinned = dict(pins)
    for need in needs:
        pinned[need.name] = [*pinned.get(need.name, ()), need]
        if not leave_a_version(pinned[need.name]):
            return None
    return pinned


def _clash(request: PackageRequest, fitting: Sequence[PackageRequest]) -> Clash:
    """Return what is in the way: none of the others could be left out."""
    others = list(fitting)
    for each in reversed(fitting):  # the Python at last
        fewer = [other for other in others if other is not each]
        is_python = each.requirement.name == "python"
        if not _fits([*fewer, request], PYTHONS if is_python else ()):
            others = fewer
    reason, advice = _remedy(request, fitting)
    return Clash(request, tuple(others), reason, advice)


def _remedy(request: PackageRequest, fitting: Sequence[PackageRequest]) -> tuple[str, str]:
    """Return what needs the oldest version that fits, and how to ask for it."""
    name = request.requirement.name
    for version, owner, need in sorted(_floors(name), key=_age_of_floor):
        pin = request._replace(requirement=Requirement(name, (), f"=={version_text(version)}"))
        if request.requirement.is_below(version) and _fits([*fitting, pin]):
            reason = f"{owner.name} {version_text(owner.oldest)} needs {need}" if need else ""
            return reason, f"{name}>={version_text(version)}"
    return "", ""


def _age_of_floor(floor: tuple[Version, Requirement, str]) -> tuple[Version, Version]:
    return floor[0], floor[1].oldest


def _floors(name: str) -> Iterator[tuple[Version, Requirement, str]]:
    """Yield the oldest versions that something needs of a package, what, and how it says so."""
    for each in releases()[name] if name in PACKAGES else ():
        yield max(each.itself.oldest, PACKAGES[name]), each.itself, ""
    for each in chain.from_iterable(releases().values()):
        for need in each.needs if each.itself.name != _WHOLE else ():
            if need.name == name and need.oldest:
                yield need.oldest, each.itself, need.text.partition(",")[0]
