"""MDC314: the result of add_correlations is not used."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC314",
    "the result of add_correlations is not used",
    Verdict.CHANGE,
    """
add_correlations returns the data with eight more columns and does not change its argument; a call
whose result is not used has no effect.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls of add_correlations that stand alone."""
    for call in facts.calls:
        if call.method == "add_correlations" and call.use == "ignored":
            message = "has no effect: the columns are added to the result, which is not used"
            yield Hit(call.place, message, "data = ....add_correlations(data, correlations)")
