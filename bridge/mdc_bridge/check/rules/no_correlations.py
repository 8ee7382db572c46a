"""MDC306: outputs without add_correlations."""

from __future__ import annotations

from ...scripts.facts import CollectorCall
from ..row_shapes import collects_in_requests
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import COLLECTED, collects_inputs, collects_outputs


@rule(
    "MDC306",
    "outputs without add_correlations",
    Verdict.UNCHANGED,
    """
Most scripts collect inputs, then predictions, and never call add_correlations. Their
prediction rows in the CSV have no correlation id, as before. In the JSONL the outputs carry
the id of the inputs that the same request collected before them.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of outputs in scripts that collect inputs too."""
    inputs = [call for call in facts.collects if collects_inputs(call) and not call.is_unreached]
    has_inputs = collects_in_requests(facts)
    for call in facts.collects:
        data = call.data
        is_alone = not data.is_correlated and data.kind in COLLECTED
        if has_inputs and is_alone and collects_outputs(call):
            where = "" if any(_always(each, call) for each in inputs) else " where it has any"
            message = "no correlation id in the CSV, as before; the inputs' id in the JSONL"
            yield Hit(call.place, message + where)


def _always(inputs: CollectorCall, outputs: CollectorCall) -> bool:
    """Return whether no condition of its own stands before the inputs' collect."""
    around = set(outputs.branches)
    return inputs.function != outputs.function or all(
        arm == 0 or (statement, arm) in around for statement, arm in inputs.branches
    )
