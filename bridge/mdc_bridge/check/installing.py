"""Whether mdc-bridge can be installed with what a conda or pip file requires.

Which azureml-defaults can still be installed, and on which Python, was tried with pip's index of
November 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Optional, TypeVar

from ..needs import IN_PLACE_PYTHON, PYTHON
from ..requirements import Requirement
from ..scripts.facts import Facts
from ..scripts.old_names import OLD_PACKAGE
from ..scripts.package_requests import Environment, PackageRequest
from ..versions import Version
from .together import Clash, clashes

# The packages that need azureml-dataprep-rslex, of which all before 1.19 were withdrawn.
_NEED_RSLEX = ("azureml-defaults", "azureml-sdk", "azureml-dataset-runtime")
_FIRST_WITHDRAWN, _NEXT_THERE = (1, 15), (1, 34)
# The first azureml-defaults whose server says which neighbours its Flask starts with.
_NEXT_FLASK = (1, 36)
# What it does not start with, and the first Python that pip takes it for.
_FLASK_IMPORTS = {"jinja2": (3, 1), "itsdangerous": (2, 1)}
_TAKEN_FROM = (3, 7)
_DEFAULT_PYTHON = "3.10"


class _Builds(NamedTuple):
    """The Pythons that releases of azureml-defaults have packages for.

    Attributes:
        first, next: release, and the first one that is another case.
        oldest: Python.
        newest: Python, None for the newest there is.
    """

    first: Version
    next: Version
    oldest: Version
    newest: Optional[tuple[int, int]]


_BUILDS = (
    _Builds((0,), (1, 15), (3, 5), (3, 8)),
    _Builds((1, 34), (1, 46), (3, 6), (3, 9)),
    _Builds((1, 46), (1, 52), (3, 7), (3, 10)),
    _Builds((1, 52), (1, 55), (3, 7), (3, 11)),
    _Builds((1, 55), (1, 61), (3, 8), (3, 11)),
    _Builds((1, 61), (2,), (3, 9), None),
)


_Found = TypeVar("_Found")


def of_each(facts: Facts, find: Callable[[Environment], Iterable[_Found]]) -> Iterator[_Found]:
    """Yield what is found in each environment."""
    for environment in facts.environments:
        yield from find(environment)


def old_pythons(environment: Environment) -> list[PackageRequest]:
    """Return what chooses a Python that mdc-bridge does not run on."""
    python = environment.named("python")
    return [python] if python and python.requirement.is_below(PYTHON) else []


def originals_that_stay(environment: Environment) -> list[PackageRequest]:
    """Return what asks for the original package where its Python is there as well."""
    python, package = environment.named("python"), environment.named(OLD_PACKAGE)
    stays = python is not None and python.requirement.is_below(IN_PLACE_PYTHON)
    return [package] if package and stays else []


def old_packages(environment: Environment) -> list[Clash]:
    """Return the requirements that leave only versions older than mdc-bridge needs."""
    return [clash for clash in clashes(environment) if not clash.others]


def packages_that_do_not_fit(environment: Environment) -> list[Clash]:
    """Return the requirements that fit mdc-bridge alone, but not together with others."""
    reported_elsewhere = pythons_without_builds(environment)
    return [
        clash
        for clash in clashes(environment)
        if clash.others
        and not (
            clash.request.requirement.name in _NEED_RSLEX
            and list(clash.others) == reported_elsewhere
        )
    ]


def refused_requirements(environment: Environment) -> list[PackageRequest]:
    """Return what pip does not take as it is written."""
    return [each for each in environment.requests if each.is_refused]


def withdrawn_packages(environment: Environment) -> list[PackageRequest]:
    """Return the requirements of the old SDK that nothing fulfils any more."""
    return [
        each
        for each in environment.settled
        if each.requirement.name in _NEED_RSLEX
        and environment.named(each.requirement.name)
        and _is_between(each.requirement, _FIRST_WITHDRAWN, _NEXT_THERE)
    ]


def pythons_without_builds(environment: Environment) -> list[PackageRequest]:
    """Return what chooses a Python that the azureml-defaults beside it has no packages for."""
    builds, python = _builds(environment), environment.named("python")
    if builds is None or python is None:
        return []
    is_newer = python.requirement.is_pinned and min(environment.pythons, default=(0,)) > (
        builds.newest or (4,)
    )
    return [python] if is_newer or python.requirement.is_below(builds.oldest) else []


def servers_that_do_not_start(environment: Environment) -> list[PackageRequest]:
    """Return the azureml-defaults with Flask 1.0 where nothing holds back what it imports."""
    defaults, settled = environment.named("azureml-defaults"), environment.settled
    if defaults is None or not defaults.requirement.is_below(_NEXT_FLASK):
        return []
    is_constraint = all(
        any(each.requirement.name == name and each.requirement.is_below(bound) for each in settled)
        for name, bound in _FLASK_IMPORTS.items()
    ) or all(python < _TAKEN_FROM for python in environment.pythons)
    return [] if is_constraint or withdrawn_packages(environment) else [defaults]


def newest_python(environment: Environment) -> str:
    """Return the newest Python that the azureml-defaults of an environment has packages for."""
    builds = _builds(environment)
    newest = builds.newest if builds else None
    return _DEFAULT_PYTHON if newest is None else ".".join(map(str, newest))


def is_installable(environment: Environment) -> bool:
    """Return whether nothing is known to be in the way of mdc-bridge."""
    return not (
        old_pythons(environment)
        or clashes(environment)
        or withdrawn_packages(environment)
        or pythons_without_builds(environment)
        or refused_requirements(environment)
        or environment.missing
    )


def _builds(environment: Environment) -> Optional[_Builds]:
    defaults = environment.named("azureml-defaults")
    if defaults is None:
        return None
    for each in _BUILDS:
        if _is_between(defaults.requirement, each.first, each.next):
            return each
    return None


def _is_between(requirement: Requirement, first: Version, following: Version) -> bool:
    return requirement.is_at_least(first) and requirement.is_below(following)
