"""The conda environment of the new container, from that of the old one."""

from __future__ import annotations

from typing import Any

from ..needs import BRIDGE, PACKAGES, needed
from ..needs import IN_PLACE_PYTHON as OLDEST_PYTHON
from ..requirements import Requirement, parse_requirement
from .builds import first_scikit_learn, without_builds
from .remarks import Kind, Remarks, described, is_unknown, without_secrets

# Source: the conda file of "Collect production data from models for real-time inferencing".
PYTHON = "3.10"
SERVER = "azureml-inference-server-http"

_OLD_COLLECTORS = ("azureml-monitoring", "azureml-datacollector", "azureml-ai-monitoring")
_OLD_SERVERS = ("azureml-defaults", "azureml-model-management-sdk", "azureml-contrib-services")
CONDA = "conda.yml"
_PINS = "packages pinned to old versions may have no build for it"


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
        remarks.add(Kind.VALUE, CONDA, "has no packages for the model: the old ones are not known")
    changes = _Changes(remarks)
    kept = [changes.kept(each) for each in packages]
    kept_pip = [changes.kept(each) for each in pip]
    python = changes.python([*packages, *pip])
    changes.say_builds(python, [*kept, *kept_pip])
    return {
        "name": old.get("name") or "scoring",
        "channels": _channels(old.get("channels"), remarks),
        "dependencies": [
            python,
            *[each for each in kept if each and _name(each) not in ("python", "pip")],
            "pip",
            {"pip": [*filter(None, kept_pip), *changes.added([*packages, *pip], needs_core)]},
        ],
    }


class _Changes:
    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    def kept(self, requirement: Any) -> Any:
        """Return what becomes of a requirement, None when it goes."""
        if is_unknown(requirement) or not isinstance(requirement, str):
            self._remarks.add(Kind.VALUE, CONDA, f"lacks {described(requirement)}: not a constant")
            return None
        requirement = _safe(requirement, self._remarks)
        if requirement.startswith("-"):
            return requirement
        name = _name(requirement)
        if name in _OLD_COLLECTORS:
            self._say(f"replaced {requirement} with {BRIDGE} (same import names)")
            return None
        if name in _OLD_SERVERS:
            self._say(f"replaced {requirement} with {SERVER} (its scoring server)")
            return None
        if _parsed(requirement).is_below(PACKAGES.get(name, ())):
            newer = needed(name)
            self._say(
                f"replaced {requirement} with {newer}: {BRIDGE} needs it; retrain, or check pickles"
            )
            return newer
        return requirement

    def python(self, requirements: list[Any]) -> str:
        """Return the requirement of Python."""
        given = [each for each in requirements if isinstance(each, str) and _name(each) == "python"]
        if given:
            python = _parsed(given[0])
            if python.is_pinned and not python.is_below(OLDEST_PYTHON):
                return given[0]
            oldest = ".".join(map(str, OLDEST_PYTHON))
            self._say(f"replaced {given[0]} with python={PYTHON}: {BRIDGE} needs {oldest}; {_PINS}")
        elif requirements:
            self._say(f"added python={PYTHON}: the old environment has none; {_PINS}")
        return f"python={PYTHON}"

    def say_builds(self, python: str, requirements: list[Any]) -> None:
        """Remark on a scikit-learn for which the chosen Python has no wheel."""
        for each in requirements:
            if isinstance(each, str) and _name(each) == "scikit-learn":
                pinned = _parsed(each)
                first = first_scikit_learn(python)
                if first is not None and pinned.is_below(first):
                    self._remarks.add(Kind.VALUE, CONDA, without_builds(pinned, python))

    def added(self, requirements: list[Any], needs_core: bool) -> list[str]:
        """Return what the new container needs beside the old requirements."""
        names = {_name(each) for each in requirements if isinstance(each, str)}
        added = [each for each in (SERVER, BRIDGE) if each not in names]
        if needs_core and "azureml-core" not in names:
            self._say("added azureml-core: the scoring script imports azureml.core")
            added.append("azureml-core")
        return added

    def _say(self, text: str) -> None:
        self._remarks.add(Kind.CHANGED, CONDA, text)


def _split(dependencies: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the conda packages and the pip packages of an environment."""
    others = [each for each in dependencies if not isinstance(each, dict)]
    sections = [each.get("pip") for each in dependencies if isinstance(each, dict)]
    return others, [name for section in sections if isinstance(section, list) for name in section]


def _channels(channels: Any, remarks: Remarks) -> list[str]:
    if is_unknown(channels):
        remarks.known(f"{CONDA}: channels", channels)
    given = channels if isinstance(channels, list) else []
    known = [_safe(str(each), remarks) for each in given if not is_unknown(each)]
    return known or ["conda-forge"]


def _safe(text: str, remarks: Remarks) -> str:
    """Return a requirement or channel without what is secret in its URL."""
    safe = without_secrets(text)
    if safe != text:
        remarks.add(Kind.VALUE, CONDA, f"{safe} holds a secret, which is not copied")
    return safe


def _name(requirement: Any) -> str:
    return _parsed(requirement).name


def _parsed(requirement: Any) -> Requirement:
    """Return what a requirement says, one without a name for options and places."""
    return parse_requirement(str(requirement)) or Requirement("")
