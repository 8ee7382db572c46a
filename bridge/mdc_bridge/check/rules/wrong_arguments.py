"""MDC206: the constructor's arguments make no sense."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import COLLECTOR_PARAMETERS, Facts
from ..findings import Verdict
from ..old_sdk import contradicts, renamed
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield constructions that raise."""
    for made in facts.constructions:
        if contradicts(made):
            message = "identifier and designation contradict each other: TypeError"
            yield Hit(made.place, message, f"{renamed(made)}, and no identifier")
        if made.extra_positions:
            message = f"{made.extra_positions} more arguments than there are: TypeError"
            yield Hit(made.place, message, f"at most {', '.join(COLLECTOR_PARAMETERS)}")
        if "model_name" not in made.arguments and not made.is_partial:
            advice = 'ModelDataCollector("NAME", ...)'
            yield Hit(made.place, "without a model name: TypeError", advice)


RULE = Rule(
    "MDC206",
    "the constructor's arguments make no sense",
    Verdict.CHANGE,
    """
The model's name is missing, there are more arguments than parameters, or identifier and
designation name two folders. The constructor raises TypeError.
""",
    find,
)
