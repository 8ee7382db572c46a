"""MDC604: a conda file does not choose its Python."""

from __future__ import annotations

from ..installing import newest_python
from ..rule import Facts, Hit, Hits, Verdict, rule

_MESSAGE = (
    "no Python version: conda installs the newest, for which these packages may have no builds"
)


@rule(
    "MDC604",
    "no Python version is given",
    Verdict.DIFFERS,
    """
Conda installs the newest Python at the time the image is built. Packages pinned to old versions
have no builds for it, so pip compiles them or fails. The Python advised here is the newest that
the file's azureml-defaults has packages for; the version of the image in use is a better choice:
run python --version in it.
""",
)
def find(facts: Facts) -> Hits:
    """Yield conda files that leave the Python to the day they are built on."""
    for environment in facts.environments:
        python = environment.named("python")
        is_chosen = python is not None and python.requirement.is_pinned
        if environment.chooses_python and not is_chosen:
            place = python.place if python else environment.first
            yield Hit(place, _MESSAGE, f"python={newest_python(environment)}")
