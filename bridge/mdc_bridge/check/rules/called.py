"""MDC302: the collector is called like a function."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC302",
    "the collector is called like a function",
    Verdict.CHANGE,
    """
Some copied snippets call inputs_dc(data). A collector was never callable: TypeError, which
scripts that catch everything return as their response.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls of collectors themselves."""
    for call in facts.calls:
        if call.method == "":
            yield Hit(call.place, "a collector is not callable: TypeError", ".collect(...)")
