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
    for collector in facts.constructions:
        if contradicts(collector):
            message = "identifier and designation differ: TypeError"
            yield Hit(collector.place, message, f"{renamed(collector)}, and no identifier")
        if collector.extra_positions:
            message = f"{collector.extra_positions} too many arguments: TypeError"
            yield Hit(collector.place, message, f"at most {', '.join(COLLECTOR_PARAMETERS)}")
        if "model_name" not in collector.arguments and not collector.is_partial:
            advice = 'ModelDataCollector("NAME", ...)'
            yield Hit(collector.place, "without a model name: TypeError", advice)
