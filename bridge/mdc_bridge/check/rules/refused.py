"""MDC611: an invalid pip requirement as it is written."""

from __future__ import annotations

from ..installing import of_each, refused_requirements
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC611",
    "an invalid pip requirement",
    Verdict.CHANGE,
    """
Pip requirements use == where conda allows =, and have no channel and no spaces or | between
versions. pip fails on such a line: ERROR: Invalid requirement.
""",
)
def find(facts: Facts) -> Hits:
    """Yield requirements that are written as conda has them, or as nobody has."""
    for request in of_each(facts, refused_requirements):
        requirement = request.requirement
        version = requirement.bounds.strip("= ")
        is_one = version[:1].isdigit() and not set(version) & set("|,= ")
        advice = f"{requirement._replace(bounds='').text}=={version}" if is_one else ""
        yield Hit(request.place, f"{requirement.text} is not a valid pip requirement", advice)
