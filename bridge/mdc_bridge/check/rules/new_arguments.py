"""MDC702: arguments that the new collector does not take."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule

_KNOWN = ("name", "on_error")


@rule(
    "MDC702",
    "arguments that Collector does not accept",
    Verdict.CHANGE,
    """
Collector takes name and on_error, both by keyword only. Columns come from the frame, model and
version from the deployment, so the other arguments of ModelDataCollector have no counterpart.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions that raise."""
    for collector in facts.modern_constructions:
        unknown = sorted(collector.arguments.keys() - set(_KNOWN))
        if collector.extra_positions:
            yield Hit(
                collector.place, "takes no positional arguments: TypeError", "Collector(name=...)"
            )
        elif unknown:
            message = f"{unknown[0]}= is not an argument of Collector: TypeError"
            yield Hit(collector.place, message, "Collector(name=..., on_error=...)")
        elif "name" not in collector.arguments and not collector.is_partial:
            yield Hit(collector.place, "without a name: TypeError", "Collector(name=...)")
