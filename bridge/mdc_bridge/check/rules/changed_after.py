"""MDC309: data are changed after they are collected."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import changed_after_collect


@rule(
    "MDC309",
    "data are changed after they are collected",
    Verdict.UNCHANGED,
    """
collect copies what it is given, so later changes are not collected; the original formatted
the rows within the call. With the new SDK's official package frames are not copied, and the
change would be collected.
""",
)
def find(facts: Facts) -> Hits:
    """Yield changes of variables that the same function has collected before."""
    for change, call in changed_after_collect(facts.collects, facts.mutations):
        message = f"{change.variable} was collected as it was in line {call.place.line}"
        yield Hit(change.place, message)
