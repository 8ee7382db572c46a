"""What is old in this image, and what of mdc-bridge that costs."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

from mdc_core.delivery.azure_packages import unknown_identities

from ..needs import TOOLS_PYTHON
from ..requirements import Requirement
from .installed import installed, named
from .report import Check, ok

# The oldest that the tools take: what is older is of the time of the old SDK.
_OLD = {
    "numpy": "1.22",
    "pandas": "1.5",
    "orjson": "3.10",
    "azure-storage-blob": "12.18.3",
    "azure-identity": "1.18",
}


def check_age(python: tuple[int, ...] = sys.version_info[:2]) -> Iterator[Check]:
    """Say what is old, and each function that it costs; none of it stops a collection.

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
        needed = ".".join(map(str, TOOLS_PYTHON))
        yield ok(
            "old Python",
            f"the commands of mdc-bridge need {needed} and run on another machine; this report "
            "does not",
        )
    identity = old.get("azure-identity")
    unknown = unknown_identities(_numbers(identity)) if identity else []
    if unknown:
        yield ok(
            "old azure-identity",
            f"{identity} does not know the identities that {', '.join(unknown)} announce; others, "
            "connection strings and SAS work",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
