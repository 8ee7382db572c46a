"""MDC305: a list of rows."""

from __future__ import annotations

from ..row_shapes import RowForm, collects_in_requests, row_form_of
from ..rule import Facts, Hit, Hits, Verdict, rule

_MESSAGES = {
    RowForm.ROWS: "the CSV has one row with a list in each cell, the JSONL a row for each list",
    RowForm.COLUMNS: (
        "the CSV has one row with a list in each cell; in the JSONL the lists are columns where "
        "they are as long as the inputs had rows, else rows"
    ),
}


@rule(
    "MDC305",
    "a list of rows, or of columns",
    Verdict.DIFFERS,
    """
The original writes a list as one row, with each inner list or array as text in a cell, and the CSV
keeps that. The JSONL has a row for each inner list; a list of outputs that has one inner list for
each feature name, such as [labels, probabilities], is columns when they are as long as the inputs
had rows. With numpy.array(data), or a frame, both have the same rows.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of lists that hold lists or arrays."""
    has_inputs = collects_in_requests(facts)
    for call in facts.collects:
        message = _MESSAGES.get(row_form_of(call, has_inputs))
        if message is not None:
            yield Hit(call.place, message)
