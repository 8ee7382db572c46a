"""MDC302: the collector is called like a function."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield calls of collectors themselves."""
    for call in facts.calls:
        if call.method == "":
            yield Hit(call.place, "a collector is not callable: TypeError", ".collect(...)")


RULE = Rule(
    "MDC302",
    "the collector is called like a function",
    Verdict.CHANGE,
    """
Some copied snippets call inputs_dc(data). A collector was never callable: TypeError, which
scripts that catch everything return as their response.
""",
    find,
)
