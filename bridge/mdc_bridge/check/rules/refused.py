"""MDC611: a requirement that pip does not take as it is written."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..installing import of_each, refused_requirements
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield requirements that are written as conda has them, or as nobody has."""
    for asked in of_each(facts, refused_requirements):
        requirement = asked.requirement
        version = requirement.bounds.strip("= ")
        is_one = version[:1].isdigit() and not set(version) & set("|,= ")
        advice = f"{requirement._replace(bounds='').text}=={version}" if is_one else ""
        yield Hit(asked.place, f"{requirement.text} is no requirement that pip takes", advice)


RULE = Rule(
    "MDC611",
    "a requirement that pip does not take",
    Verdict.CHANGE,
    """
pip's requirements have == where conda's may have one =, no spaces or | between versions, and no
channel. pip stops at such a line: ERROR: Invalid requirement.
""",
    find,
)
