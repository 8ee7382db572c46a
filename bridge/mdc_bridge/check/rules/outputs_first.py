"""MDC307: outputs are collected before inputs."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import collects_inputs, collects_outputs, together


@rule(
    "MDC307",
    "outputs are collected before inputs",
    Verdict.DIFFERS,
    """
The CSV is the same. In the JSONL outputs get the id of the inputs that the request collected
before them; here there are none yet. Inside a Flask request the outputs get a new id, elsewhere
the id of the previous inputs, so inputs and outputs cannot be joined.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of outputs that come before the inputs of the same function."""
    calls = facts.collects
    for position, call in enumerate(calls):
        if not collects_outputs(call) or call.data.is_correlated:
            continue
        others = [other for other in calls if other.function == call.function]
        inputs = [other for other in others if collects_inputs(other) and together(call, other)]
        if inputs and all(calls.index(other) > position for other in inputs):
            message = "in the JSONL these outputs do not get the id of inputs collected later"
            yield Hit(call.place, message, "collect the inputs first")
