"""MDC318: an array of more than two dimensions."""

from __future__ import annotations

from ..row_shapes import RowForm, collects_in_requests, row_form_of
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import INPUTS

_OF_INPUTS = "more than two dimensions: the original raised ValueError, the bridge collects rows of"
_OF_OTHERS = "more than two dimensions: cells hold arrays, as text in the CSV, in the JSONL as"


@rule(
    "MDC318",
    "an array of more than two dimensions",
    Verdict.DIFFERS,
    """
Images and series of several signals. The original put the correlations beside inputs with
numpy.append, which raises ValueError for more than two dimensions: the request failed, or answered
with the error. The bridge collects a row for each entry of the first dimension, whose cells hold
the arrays. Usually it is better to collect the features, or data.reshape(len(data), -1).
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls with such arrays."""
    has_inputs = collects_in_requests(facts)
    for call in facts.calls:
        if row_form_of(call, has_inputs) is not RowForm.DEEP:
            continue
        is_raised = INPUTS in call.designations or call.method == "add_correlations"
        message = f"{_OF_INPUTS if is_raised else _OF_OTHERS} lists"
        yield Hit(call.place, message, "data.reshape(len(data), -1)")
