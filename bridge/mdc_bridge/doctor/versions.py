"""The versions of what mdc-bridge runs on, whether they fit each other, and what age costs."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mdc_core.delivery.azure_packages import unfit_client, unknown_identities
from mdc_core.version import __version__

from ..needs import BRIDGE, PACKAGES, TOOLS_PYTHON, needed
from ..requirements import Requirement, normal_name, parse_requirement
from ..versions import numbers_of
from .installed import UNKNOWN, Installed, installed, named
from .report import Check, fail, ok, warn

# What works without a package, and what does not.
_WITHOUT = {
    "azure-identity": "an account by its URL alone cannot be used; a connection string or SAS can",
    "azure-storage-blob": "nothing is delivered to a storage account; folders work",
    "orjson": "lines get the same values from the standard library, in five to seven times as long",
}
# The oldest that the tools take: what is older is of the time of the old SDK.
_OLD = {
    "numpy": "1.22",
    "pandas": "1.5",
    "orjson": "3.10",
    "azure-storage-blob": "12.18.3",
    "azure-identity": "1.18",
}
_HELD = (
    "pip list --format=freeze > held.txt, then pip install -c held.txt mdc-bridge changes nothing "
    "(with pip 20.3 or newer)"
)


def check_versions() -> Iterator[Check]:
    """Yield installed versions: all, those older than mdc-bridge needs, those that conflict."""
    yield ok(
        "versions",
        f"mdc-bridge {__version__}, Python {platform.python_version()} ({sys.executable}), "
        f"{platform.platform()}",
    )
    packages = installed()
    found = {name: named(name, packages) for name in PACKAGES}
    there = [f"{name} {package.version}" for name, package in found.items() if package]
    yield ok("dependencies", ", ".join(there) or "unknown: nothing was installed by pip")
    for name, package in found.items():
        oldest, install = _text(PACKAGES[name]), f"pip install '{needed(name)}'"
        if (package is None or package.version == UNKNOWN) and _is_there(name):
            text = "is installed, but its metadata have no version"
            version = f"{name.replace('-', '.')}.__version__"
            yield warn(name, text, f"look at {version}: {oldest} or newer will do")
        elif package is None and name in _WITHOUT:
            text = f"is not installed: {_WITHOUT[name]}"
            yield warn(name, text, f"{install} where that matters")
        elif package is None:
            yield fail(name, "is not installed", install)
        elif not Requirement(name, (), f">={oldest}").allows(package.version):
            yield warn(name, f"{package.version} is older than {oldest}", install)
    yield from _conflicts(packages)


def check_age(python: tuple[int, ...] = sys.version_info[:2]) -> Iterator[Check]:
    """Yield what is old, and what does not work because of it; events are collected anyway.

    Args:
        python: version of the interpreter.
    """
    packages = installed()
    old = {}
    for name, since in _OLD.items():
        package = named(name, packages)
        if package and not Requirement(name, (), f">={since}").allows(package.version):
            old[name] = package.version
    is_old_python = python < TOOLS_PYTHON
    shown = [f"{name} {version}" for name, version in old.items()]
    if is_old_python:
        shown.insert(0, f"Python {platform.python_version()}")
    if not shown:
        return
    texts = ""
    if "numpy" in old or "pandas" in old:
        texts = "; numbers and dates in the CSV have the texts of that time, as the original's had"
    yield ok("old here", f"{', '.join(shown)}: collected as everywhere{texts}")
    if is_old_python:
        text = f"the commands of mdc-bridge need {_text(TOOLS_PYTHON)} and run on another machine"
        yield ok("old Python", f"{text}; this report does not")
    identity = old.get("azure-identity", "")
    release = tuple(int(number) for number in numbers_of(identity)[:2])
    unknown = unknown_identities(release) if identity else []
    if unknown:
        yield ok(
            "old azure-identity",
            f"{identity} does not know the identities that {', '.join(unknown)} announce; others, "
            "connection strings and SAS work",
        )


def _is_there(name: str) -> bool:
    """Return whether a package can be found for its import, whatever its metadata say."""
    path = name.replace("-", "/")
    return any(
        Path(place, path).is_dir() or any(Path(place).glob(f"{path}.*.so")) for place in sys.path
    )


def _conflicts(packages: Sequence[Installed]) -> Iterator[Check]:
    """Yield the packages that want another version of something that mdc-bridge needs."""
    ours = {BRIDGE, *PACKAGES}
    for name in PACKAGES:
        package = named(name, packages)
        ours |= {each.name for each in _requirements(package)} if package else set()
    versions = {normal_name(each.name): each.version for each in reversed(packages)}
    for package in packages:
        for requirement in _requirements(package):
            version = versions.get(requirement.name)
            if requirement.name in ours and version and not requirement.allows(version):
                yield warn(
                    requirement.name,
                    f"{version} is installed, and {package.name} {package.version} wants "
                    f"{requirement.text}",
                    _wanted(package.name, requirement),
                )


def _wanted(name: str, requirement: Requirement) -> str:
    # What the image had before is not to be changed for the sake of what came with us.
    if normal_name(name) == "azure-storage-blob" and unfit_client():
        return unfit_client().rpartition(": ")[2]
    if normal_name(name) in PACKAGES:
        return f"install a release of {name} that takes it: {_HELD}"
    return f"pip install '{requirement.text}'; {_HELD}"


def _requirements(package: Installed) -> list[Requirement]:
    parsed = (parse_requirement(each) for each in package.requires)
    return [each for each in parsed if each and not each.is_conditional]


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
