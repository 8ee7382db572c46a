"""The conda environment of the new container, from that of the old one."""

from __future__ import annotations

import re
from typing import Any

from .remarks import Kind, Remarks, described, is_unknown, without_secrets

# Source: the conda file of "Collect production data from models for real-time inferencing".
PYTHON = "3.10"
SERVER = "azureml-inference-server-http"
BRIDGE = "mdc-bridge"

_OLD_COLLECTORS = ("azureml-monitoring", "azureml-datacollector", "azureml-ai-monitoring")
_OLD_SERVERS = ("azureml-defaults", "azureml-model-management-sdk", "azureml-contrib-services")
_OLDEST_PYTHON = (3, 9)
# What mdc-bridge needs; older pins of the old environment would contradict it.
_NEEDED = {"numpy": (1, 22), "pandas": (1, 5)}
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*(.*)")
_PIN = re.compile(r"(==|~=|<=?|(?<![<>=!~])=)\s*([\d.]+)")
_KEY = "conda.yml"
_PINS = "packages pinned to versions of that time may have no build for it"


def make_conda(old: Any, needs_core: bool, remarks: Remarks) -> dict[str, Any]:
    """Return the conda environment for the new container.

    Args:
        old: conda environment of the old one; None when there is none.
        needs_core: the scoring script imports `azureml.core`.
        remarks: takes what is different.
    """
    old = old or {}
    dependencies = old.get("dependencies")
    packages, pip = _split(dependencies if isinstance(dependencies, list) else [])
    if not pip and not packages:
        remarks.add(Kind.VALUE, _KEY, "names no packages of the model: the old ones are not known")
    changes = _Changes(remarks)
    kept = [changes.kept(each) for each in packages]
    kept_pip = [changes.kept(each) for each in pip]
    return {
        "name": old.get("name") or "scoring",
        "channels": _channels(old.get("channels"), remarks),
        "dependencies": [
            changes.python([*packages, *pip]),
            *[each for each in kept if each and _name(each) not in ("python", "pip")],
            "pip",
            {"pip": [*filter(None, kept_pip), *changes.added([*packages, *pip], needs_core)]},
        ],
    }


def requirement_lines(text: str) -> list[str]:
    """Return the requirements in a pip requirements file."""
    lines = (line.partition(" #")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


class _Changes:
    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    def kept(self, requirement: Any) -> Any:
        """Return what becomes of a requirement, None when it goes."""
        if is_unknown(requirement) or not isinstance(requirement, str):
            self._remarks.add(Kind.VALUE, _KEY, f"lacks {described(requirement)}: no constant")
            return None
        requirement = _safe(requirement, self._remarks)
        if requirement.startswith("-"):
            return requirement
        name = _name(requirement)
        if name in _OLD_COLLECTORS:
            self._say(f"{requirement} went, {BRIDGE} came: it owns the same imports")
            return None
        if name in _OLD_SERVERS:
            self._say(f"{requirement} went, {SERVER} came: it is the scoring server of it")
            return None
        bound = _NEEDED.get(name)
        if bound and _is_below(requirement, bound):
            needed = f"{name}>={'.'.join(map(str, bound))}"
            self._say(f"{requirement} became {needed}: {BRIDGE} needs it; retrain or check pickles")
            return needed
        return requirement

    def python(self, requirements: list[Any]) -> str:
        """Return the requirement of Python."""
        given = [each for each in requirements if isinstance(each, str) and _name(each) == "python"]
        if given and _PIN.search(given[0]) and not _is_below(given[0], _OLDEST_PYTHON):
            return given[0]
        if given:
            self._say(f"{given[0]} became python={PYTHON}: the bridge needs 3.9; {_PINS}")
        elif requirements:
            self._say(f"python={PYTHON} came: the old environment names none; {_PINS}")
        return f"python={PYTHON}"

    def added(self, requirements: list[Any], needs_core: bool) -> list[str]:
        """Return what the new container needs beside the old requirements."""
        names = {_name(each) for each in requirements if isinstance(each, str)}
        added = [each for each in (SERVER, BRIDGE) if each not in names]
        if needs_core and "azureml-core" not in names:
            self._say("azureml-core came: the scoring script imports azureml.core")
            added.append("azureml-core")
        return added

    def _say(self, text: str) -> None:
        self._remarks.add(Kind.CHANGED, _KEY, text)


def _split(dependencies: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the conda packages and the pip packages of an environment."""
    others = [each for each in dependencies if not isinstance(each, dict)]
    sections = [each.get("pip") for each in dependencies if isinstance(each, dict)]
    return others, [name for section in sections if isinstance(section, list) for name in section]


def _channels(channels: Any, remarks: Remarks) -> list[str]:
    if is_unknown(channels):
        remarks.known(f"{_KEY}: channels", channels)
    given = channels if isinstance(channels, list) else []
    known = [_safe(str(each), remarks) for each in given if not is_unknown(each)]
    return known or ["conda-forge"]


def _safe(text: str, remarks: Remarks) -> str:
    """Return a requirement or channel without what is secret in its URL."""
    safe = without_secrets(text)
    if safe != text:
        remarks.add(Kind.VALUE, _KEY, f"{safe} holds a secret, which is not copied")
    return safe


def _is_below(requirement: str, bound: tuple[int, ...]) -> bool:
    """Return whether a requirement excludes a version and all that are newer."""
    pinned = _PIN.search(requirement)
    if pinned is None:
        return False
    version = _numbers(pinned.group(2))
    return version <= bound if pinned.group(1) == "<" else version < bound


def _name(requirement: Any) -> str:
    found = _REQUIREMENT.match(str(requirement))
    return found.group(1).lower().replace("_", "-") if found else ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(".")[:2] if number)
