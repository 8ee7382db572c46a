"""MDC210: a collector that never collects."""

from __future__ import annotations

from ..old_sdk import may_collect_elsewhere
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC210",
    "a collector that never collects",
    Verdict.CHANGE,
    """
The script creates the collector but never calls collect on it, so its folder and collection stay
empty, as before. Usually a line was forgotten or names were mixed up: the inputs go to the
collector of the predictions.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions that nothing collects with, in scripts that score or collect."""
    scores = "run" in facts.functions.values() or facts.collects
    if not scores or may_collect_elsewhere(facts):
        return
    used = {
        id(collector)
        for call in facts.calls
        if call.method in ("collect", "")
        for collector in call.collectors
    }
    for collector in facts.constructions:
        if id(collector) not in used:
            yield Hit(
                collector.place, "this script never collects with it", "call collect, or remove it"
            )
