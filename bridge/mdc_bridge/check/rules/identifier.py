"""MDC202: identifier= is given."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import OLD_PARAMETER, Facts
from ..findings import Verdict
from ..old_sdk import contradicts, renamed
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield constructions with the old keyword."""
    for made in facts.constructions:
        if OLD_PARAMETER in made.arguments and not contradicts(made):
            message = "works as before 0.1.0a15, with a DeprecationWarning (0.1.0a21: TypeError)"
            yield Hit(made.place, message, f"{renamed(made)}")


RULE = Rule(
    "MDC202",
    "identifier= is given",
    Verdict.DIFFERS,
    """
The name of designation before 0.1.0a15, with any folder name allowed; 0.1.0a21 raises
TypeError. The bridge takes it as the designation, whatever it is, with a
DeprecationWarning.
""",
    find,
)
