"""MDC604: a conda file does not choose its Python."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..installing import newest_python
from ..rule import Hit, Rule

_MESSAGE = "no Python is chosen: the newest is taken, which packages of that time lack builds for"


def find(facts: Facts) -> Iterator[Hit]:
    """Yield conda files that leave the Python to the day they are built on."""
    for environment in facts.environments:
        python = environment.named("python")
        is_chosen = python is not None and python.requirement.is_pinned
        if environment.chooses_python and not is_chosen:
            place = python.place if python else environment.first
            yield Hit(place, _MESSAGE, f"python={newest_python(environment)}")


RULE = Rule(
    "MDC604",
    "the Python is not chosen",
    Verdict.DIFFERS,
    """
Conda takes the newest Python of the day on which the image is built. Packages that are pinned to
versions of their time have no builds for it, so pip compiles them, or stops. The Python that
is advised is the newest that the file's azureml-defaults has packages for; better is the one of the
image that runs now: python --version in it says so.
""",
    find,
)
