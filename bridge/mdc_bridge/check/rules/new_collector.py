"""MDC701: a collector of the new SDK."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield every construction."""
    for made in facts.modern_constructions:
        yield Hit(
            made.place, f"works; collects {made.collection or 'a name only known at run time'}"
        )
    for call in facts.modern_calls:
        if call.method == "collect":
            yield Hit(call.place, "collects a frame, as before")


RULE = Rule(
    "MDC701",
    "a collector of the new SDK",
    Verdict.UNCHANGED,
    """
azureml.ai.monitoring.Collector has the official package's interface in mdc-bridge: the same
arguments, the same on_error, the same lines. It collects wherever the deployment's data_collector
or MDC_STORAGE says so.
""",
    find,
    is_fallback=True,
)
