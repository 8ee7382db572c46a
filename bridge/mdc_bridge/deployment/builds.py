"""Which scikit-learn has wheels for which Python.

Tried with pip's index of November 2026: the first release of each Python that installs from a wheel
on Linux (`pip install --only-binary=:all: --python-version 3.9 scikit-learn==0.23.2` does not).
"""

from __future__ import annotations

from typing import Optional

from ..requirements import Requirement, parse_requirement
from ..versions import Version

_FIRST: dict[tuple[int, int], Version] = {
    (3, 7): (0, 19, 2),
    (3, 8): (0, 22),
    (3, 9): (0, 24),
    (3, 10): (1, 0, 2),
    (3, 11): (1, 1, 3),
    (3, 12): (1, 3, 1),
    (3, 13): (1, 5, 2),
}


def first_scikit_learn(python: str) -> Optional[Version]:
    """Return the first scikit-learn with a wheel for a requirement such as `python=3.10`."""
    requirement = parse_requirement(python)
    if requirement is None:
        return None
    for (major, minor), first in _FIRST.items():
        is_older = requirement.is_at_least((major, minor + 1))
        if not is_older and requirement.is_below((major, minor + 1)):
            return first
    return None


def without_builds(pinned: Requirement, python: str) -> str:
    """Return what to do about a scikit-learn that has no wheel for the chosen Python."""
    fitting = [
        f"{major}.{minor}" for (major, minor), first in _FIRST.items() if not pinned.is_below(first)
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
