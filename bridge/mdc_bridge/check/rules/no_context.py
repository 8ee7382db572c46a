"""MDC709: outputs collected without the context of their inputs."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC709",
    "outputs collected without the context of their inputs",
    Verdict.CHANGE,
    """
Without a context, collect makes a new correlation id. Inputs and outputs of a request then have
different ids, and monitors cannot join them. Pass what the inputs' collect returns to the
outputs' collect: context = inputs.collect(frame); outputs.collect(predictions, context).
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of outputs without a context, in scripts that collect inputs too."""
    has_inputs = any(
        "input" in collector.collection
        for call in facts.modern_calls
        for collector in call.collectors
    )
    for call in facts.modern_collects:
        is_of_outputs = all("output" in collector.collection for collector in call.collectors)
        if has_inputs and is_of_outputs and not call.has_context:
            message = "no context: these outputs get a new id, which no inputs have"
            yield Hit(
                call.place,
                message,
                "collect(frame, context), with what the inputs' collect returned",
            )
