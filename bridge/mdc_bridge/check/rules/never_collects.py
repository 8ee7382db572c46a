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
    collecting = {
        id(collector)
        for call in facts.calls
        if call.method == "collect"
        for collector in call.collectors
    }
    called = {
        id(collector) for call in facts.calls if not call.method for collector in call.collectors
    }
    scores = "run" in facts.functions.values() or bool(collecting)
    if not scores or may_collect_elsewhere(facts):
        return
    for collector in facts.constructions:
        if id(collector) not in collecting | called:
            yield Hit(
                collector.place, "this script never collects with it", "call collect, or remove it"
            )
