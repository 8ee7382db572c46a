"""MDC701: a collector of the new SDK."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC701",
    "a collector of the new SDK",
    Verdict.UNCHANGED,
    """
azureml.ai.monitoring.Collector has the official package's interface in mdc-bridge: the same
arguments, the same on_error, the same lines. It collects wherever the deployment's data_collector
or MDC_STORAGE says so.
""",
    is_fallback=True,
)
def find(facts: Facts) -> Hits:
    """Yield every construction."""
    for collector in facts.modern_constructions:
        yield Hit(
            collector.place,
            f"works; collects {collector.collection or 'a name only known at run time'}",
        )
    for call in facts.modern_collects:
        yield Hit(call.place, "collects a frame, as before")
