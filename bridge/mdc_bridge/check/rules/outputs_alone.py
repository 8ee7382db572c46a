"""MDC321: outputs of requests whose inputs are not collected."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..old_sdk import may_collect_elsewhere
from ..row_shapes import collects_in_requests
from ..rule import Hit, Rule
from ..shapes import COLLECTED, INPUTS, collects_outputs


def find(facts: Facts) -> Iterator[Hit]:
    """Yield collect calls of outputs where an inputs' collector is made, and never collects."""
    made = any(each.designation == INPUTS for each in facts.constructions)
    if not made or collects_in_requests(facts) or may_collect_elsewhere(facts):
        return
    for call in facts.calls:
        is_alone = not call.data.is_correlated and call.data.kind in COLLECTED
        if call.method == "collect" and is_alone and collects_outputs(call):
            yield Hit(
                call.place, "no inputs are collected: an id of its own, which joins to nothing"
            )


RULE = Rule(
    "MDC321",
    "outputs without inputs",
    Verdict.DIFFERS,
    """
The script makes a collector of inputs that does not collect in requests. So there is no id that its
outputs could carry: in the CSV they have none, as before, and in the JSONL one of their own.
Monitors that join outputs to inputs find nothing.
""",
    find,
)
