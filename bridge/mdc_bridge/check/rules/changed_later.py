"""MDC707: a frame is changed after Collector has collected it."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import changed_after_collect


@rule(
    "MDC707",
    "a frame is changed after it is collected",
    Verdict.UNCHANGED,
    """
The official package puts the frame itself into its queue and encodes it later, so a column that
is added or a value that is changed right after collect is usually logged too. mdc-bridge copies
the data. On an endpoint with the official package collect a copy:
collector.collect(frame.copy()).
""",
    on_endpoint=Verdict.DIFFERS,
)
def find(facts: Facts) -> Hits:
    """Yield changes of variables that the same function has collected before."""
    for change, call in changed_after_collect(facts.modern_collects, facts.mutations):
        message = (
            f"{change.variable} was collected in line {call.place.line}: the official package "
            "keeps the frame itself and may log this change"
        )
        yield Hit(change.place, message, "a copy, or mdc-bridge, which copies")
