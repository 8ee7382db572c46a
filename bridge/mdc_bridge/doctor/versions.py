"""The versions of what mdc-bridge runs on."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator

from mdc_core.version import __version__

from .installed import installed, named
from .report import Check, fail, ok, warn

_NAME = re.compile(r"[\w.-]+")
_BOUND = re.compile(r">=\s*([\d.]+)")


def check_versions() -> Iterator[Check]:
    """Say which versions are installed, and which are older than mdc-bridge needs."""
    yield ok(
        "versions",
        f"mdc-bridge {__version__}, Python {platform.python_version()} ({sys.executable}), "
        f"{platform.platform()}",
    )
    found, checks = [], []
    packages = installed()
    ours = named("mdc-bridge", packages)
    for requirement in sorted(ours.requires if ours else ()):
        if "extra ==" in requirement:
            continue
        name, bound = _parsed(requirement)
        package = named(name, packages)
        if package is None:
            checks.append(fail(name, "is not installed", f"pip install '{requirement}'"))
            continue
        found.append(f"{name} {package.version}")
        if _numbers(package.version) < _numbers(bound):
            older = f"{package.version} is older than {bound}"
            checks.append(warn(name, older, f"pip install '{requirement}'"))
    yield ok("dependencies", ", ".join(found) or "unknown: mdc-bridge is not installed by pip")
    yield from checks


def _parsed(requirement: str) -> tuple[str, str]:
    name, bound = _NAME.match(requirement), _BOUND.search(requirement)
    return name.group() if name else requirement, bound.group(1) if bound else "0"


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)[:3]]
