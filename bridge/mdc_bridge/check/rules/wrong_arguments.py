"""MDC206: invalid arguments of the constructor."""

from __future__ import annotations

from ...scripts.old_names import COLLECTOR_PARAMETERS
from ..old_sdk import contradicts, renamed
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC206",
    "invalid arguments of the constructor",
    Verdict.CHANGE,
    """
The model's name is missing, there are more arguments than parameters, or identifier and
designation name two folders. The constructor raises TypeError.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions that raise."""
    for made in facts.constructions:
        if contradicts(made):
            message = "identifier and designation differ: TypeError"
            yield Hit(made.place, message, f"{renamed(made)}, and no identifier")
        if made.extra_positions:
            message = f"{made.extra_positions} too many arguments: TypeError"
            yield Hit(made.place, message, f"at most {', '.join(COLLECTOR_PARAMETERS)}")
        if "model_name" not in made.arguments and not made.is_partial:
            advice = 'ModelDataCollector("NAME", ...)'
            yield Hit(made.place, "without a model name: TypeError", advice)
