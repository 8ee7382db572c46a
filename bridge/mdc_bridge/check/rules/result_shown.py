"""MDC311: the result of collect is printed or returned."""

from __future__ import annotations

from ...scripts.facts import CollectorCall
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import INPUTS, collects_inputs


@rule(
    "MDC311",
    "the result of collect is printed or returned",
    Verdict.UNCHANGED,
    """
For inputs collect returns the dict of the eight correlations, for other designations None, as
before. It also returns None if collection is not enabled.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls whose result goes to the log or into the response."""
    for call in facts.collects:
        if call.use in ("printed", "returned"):
            yield Hit(call.place, f"{_returned(call)} is {call.use}, as before")


def _returned(call: CollectorCall) -> str:
    if collects_inputs(call):
        return "the dict of correlations"
    may_be_inputs = not call.designations.isdisjoint({INPUTS, None})
    return "the dict of correlations (of inputs) or None" if may_be_inputs else "None"
