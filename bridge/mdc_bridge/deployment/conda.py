"""The conda environment of the new container, from that of the old one."""

from __future__ import annotations

from typing import Any, Optional

from ..needs import BRIDGE, IN_PLACE_PYTHON, PACKAGES, needed
from ..requirements import Requirement, parse_requirement
from ..versions import Version
from .remarks import Remarks, described, is_unknown, without_secrets

CONDA = "conda.yml"
# Source: the conda file of "Collect production data from models for real-time inferencing".
PYTHON = "3.10"
SERVER = "azureml-inference-server-http"

_OLD_COLLECTORS = ("azureml-monitoring", "azureml-datacollector", "azureml-ai-monitoring")
_OLD_SERVERS = ("azureml-defaults", "azureml-model-management-sdk", "azureml-contrib-services")
# The first scikit-learn of each Python that installs from a wheel on Linux, in November 2026:
# `pip install --only-binary=:all: --python-version 3.9 scikit-learn==0.23.2` fails.
_FIRST_SCIKIT_LEARN: dict[tuple[int, int], Version] = {
    (3, 7): (0, 19, 2),
    (3, 8): (0, 22),
    (3, 9): (0, 24),
    (3, 10): (1, 0, 2),
    (3, 11): (1, 1, 3),
    (3, 12): (1, 3, 1),
    (3, 13): (1, 5, 2),
}
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
        remarks.needs_value(CONDA, "has no packages for the model: the old ones are not known")
    kept = [_kept(each, remarks) for each in packages]
    kept_pip = [_kept(each, remarks) for each in pip]
    python = _python([*packages, *pip], remarks)
    _check_builds(python, [*kept, *kept_pip], remarks)
    return {
        "name": old.get("name") or "scoring",
        "channels": _channels(old.get("channels"), remarks),
        "dependencies": [
            python,
            *[each for each in kept if each and _name(each) not in ("python", "pip")],
            "pip",
            {"pip": [*filter(None, kept_pip), *_added([*packages, *pip], needs_core, remarks)]},
        ],
    }


def _kept(requirement: Any, remarks: Remarks) -> Any:
    """Return what becomes of a requirement, None when it goes."""
    if is_unknown(requirement) or not isinstance(requirement, str):
        remarks.needs_value(CONDA, f"lacks {described(requirement)}: not a constant")
        return None
    requirement = _safe(requirement, remarks)
    if requirement.startswith("-"):
        return requirement
    name = _name(requirement)
    if name in _OLD_COLLECTORS:
        remarks.changed(CONDA, f"replaced {requirement} with {BRIDGE} (same import names)")
        return None
    if name in _OLD_SERVERS:
        remarks.changed(CONDA, f"replaced {requirement} with {SERVER} (its scoring server)")
        return None
    if _parsed(requirement).is_below(PACKAGES.get(name, ())):
        newer = needed(name)
        why = f"{BRIDGE} needs it; retrain, or check pickles"
        remarks.changed(CONDA, f"replaced {requirement} with {newer}: {why}")
        return newer
    return requirement


def _python(requirements: list[Any], remarks: Remarks) -> str:
    """Return the requirement of Python."""
    given = [each for each in requirements if isinstance(each, str) and _name(each) == "python"]
    if given:
        python = _parsed(given[0])
        if python.is_pinned and not python.is_below(IN_PLACE_PYTHON):
            return given[0]
        oldest = ".".join(map(str, IN_PLACE_PYTHON))
        why = f"{BRIDGE} needs {oldest}; {_PINS}"
        remarks.changed(CONDA, f"replaced {given[0]} with python={PYTHON}: {why}")
    elif requirements:
        remarks.changed(CONDA, f"added python={PYTHON}: the old environment has none; {_PINS}")
    return f"python={PYTHON}"


def _check_builds(python: str, requirements: list[Any], remarks: Remarks) -> None:
    """Remark on a scikit-learn for which the chosen Python has no wheel."""
    for each in requirements:
        if isinstance(each, str) and _name(each) == "scikit-learn":
            pinned = _parsed(each)
            first = _first_scikit_learn(_parsed(python))
            if first is not None and pinned.is_below(first):
                remarks.needs_value(CONDA, _without_builds(pinned, python))


def _added(requirements: list[Any], needs_core: bool, remarks: Remarks) -> list[str]:
    """Return what the new container needs beside the old requirements."""
    names = {_name(each) for each in requirements if isinstance(each, str)}
    added = [each for each in (SERVER, BRIDGE) if each not in names]
    if needs_core and "azureml-core" not in names:
        remarks.changed(CONDA, "added azureml-core: the scoring script imports azureml.core")
        added.append("azureml-core")
    return added


def _first_scikit_learn(python: Requirement) -> Optional[Version]:
    """Return the first scikit-learn with a wheel for the newest Python that is asked for."""
    for (major, minor), first in _FIRST_SCIKIT_LEARN.items():
        next_minor = (major, minor + 1)
        if python.is_below(next_minor) and not python.is_at_least(next_minor):
            return first
    return None


def _without_builds(pinned: Requirement, python: str) -> str:
    """Return what to do about a scikit-learn that has no wheel for the chosen Python."""
    fitting = [
        f"{major}.{minor}"
        for (major, minor), first in _FIRST_SCIKIT_LEARN.items()
        if not pinned.is_below(first)
    ]
    choice = (
        f"choose python={fitting[-1]}, the newest it has one for, and the pickle loads as it is"
        if fitting
        else "no Python that mdc-bridge replaces azureml-monitoring on has one"
    )
    return (
        f"{pinned.text} has no wheel for {python}, and pip would compile it, or stop: {choice}; or "
        "load the pickle with a newer scikit-learn, compare its predictions, and pin that one"
    )


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
        remarks.needs_value(CONDA, f"{safe} holds a secret, which is not copied")
    return safe


def _name(requirement: Any) -> str:
    return _parsed(requirement).name


def _parsed(requirement: Any) -> Requirement:
    """Return what a requirement says, one without a name for options and places."""
    return parse_requirement(str(requirement)) or Requirement("")
