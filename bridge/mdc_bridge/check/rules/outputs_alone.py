"""MDC321: outputs of requests whose inputs are not collected."""

from __future__ import annotations

from ..old_sdk import may_collect_elsewhere
from ..row_shapes import collects_in_requests
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import COLLECTED, INPUTS, collects_outputs


@rule(
    "MDC321",
    "outputs without inputs",
    Verdict.DIFFERS,
    """
The script does not collect inputs in requests, so its outputs have no id to share with them: in
the CSV they have no id, as before, and in the JSONL a new one. Monitors cannot join these outputs
to inputs.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of outputs where an inputs' collector is made, and never collects."""
    collector = any(each.designation == INPUTS for each in facts.constructions)
    if not collector or collects_in_requests(facts) or may_collect_elsewhere(facts):
        return
    for call in facts.collects:
        is_alone = not call.data.is_correlated and call.data.kind in COLLECTED
        if is_alone and collects_outputs(call):
            yield Hit(
                call.place,
                "no inputs are collected: these outputs get a new id, which nothing joins to",
            )
