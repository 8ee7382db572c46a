"""MDC306: outputs without add_correlations."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule
from ..shapes import COLLECTED, INPUTS, collects_outputs


def find(facts: Facts) -> Iterator[Hit]:
    """Yield collect calls of outputs in scripts that collect inputs too."""
    has_inputs = any(made.designation == INPUTS for made in facts.constructions)
    for call in facts.calls:
        data = call.data
        is_alone = not data.is_correlated and data.kind in COLLECTED
        if call.method == "collect" and has_inputs and is_alone and collects_outputs(call):
            message = "no correlation id in the CSV, as before; the inputs' id in the JSONL"
            yield Hit(call.place, message)


RULE = Rule(
    "MDC306",
    "outputs without add_correlations",
    Verdict.UNCHANGED,
    """
Most scripts collect inputs, then predictions, and never call add_correlations. Their
prediction rows in the CSV have no correlation id, as before. In the JSONL the outputs carry
the id of the inputs that the same request collected before them.
""",
    find,
)
