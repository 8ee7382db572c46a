"""The versions of what mdc-bridge runs on."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from mdc_core.version import __version__

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
    for requirement in _requirements():
        name, bound = _parsed(requirement)
        try:
            installed = version(name)
        except PackageNotFoundError:
            checks.append(fail(name, "is not installed", f"pip install '{requirement}'"))
            continue
        found.append(f"{name} {installed}")
        if _numbers(installed) < _numbers(bound):
            checks.append(
                warn(name, f"{installed} is older than {bound}", f"pip install '{requirement}'")
            )
    yield ok("dependencies", ", ".join(found) or "unknown: mdc-bridge is not installed by pip")
    yield from checks


def _requirements() -> list[str]:
    try:
        return sorted(each for each in requires("mdc-bridge") or () if "extra ==" not in each)
    except PackageNotFoundError:
        return []


def _parsed(requirement: str) -> tuple[str, str]:
    name, bound = _NAME.match(requirement), _BOUND.search(requirement)
    return name.group() if name else requirement, bound.group(1) if bound else "0"


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)[:3]]
