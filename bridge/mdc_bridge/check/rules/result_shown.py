"""MDC311: the result of collect is printed or returned."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule
from ..shapes import collects_inputs


def find(facts: Facts) -> Iterator[Hit]:
    """Yield collect calls whose result goes to the log or into the response."""
    for call in facts.calls:
        if call.method == "collect" and call.use in ("printed", "returned"):
            what = "the dict of correlations" if collects_inputs(call) else "None"
            yield Hit(call.place, f"{what} is {call.use}, as before")


RULE = Rule(
    "MDC311",
    "the result of collect is printed or returned",
    Verdict.UNCHANGED,
    """
For inputs it is the dict of the eight correlations, else None, as before; None as well
where collection is not enabled.
""",
    find,
)
