"""MDC705: a correlation id that all requests share."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC705",
    "a correlation id that all requests share",
    Verdict.CHANGE,
    """
Inputs and outputs are joined by correlation id and row. With one id for all requests each output
joins to every input, and sampling keeps all of them or none (mdc-bridge samples each use
separately). Each request needs its own id: take it from the request's header, or give none, so
that a new one is made.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls whose context has a constant id, or one of the module's variables."""
    for call in facts.modern_calls:
        context = call.context
        made_with = [one.arguments.get("id") for one in context.collectors]
        is_text = context.kind in (ValueKind.TEXT, ValueKind.NUMBER) and context.is_constant
        if is_text or any(given is not None and given.is_constant for given in made_with):
            message = "the correlation id is a constant: all requests share it"
        elif any(one.has_global_id for one in context.collectors):
            message = "the correlation id is a variable of the module: requests share it"
        else:
            continue
        yield Hit(call.place, message, "BasicCorrelationContext() in run, or the request's own id")
