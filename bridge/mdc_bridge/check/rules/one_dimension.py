"""MDC304: one value for each row, collected as one row."""

from __future__ import annotations

from ..row_shapes import RowForm, collects_in_requests, row_form_of
from ..rule import Facts, Hit, Hits, Verdict, rule

_MESSAGES = {
    RowForm.UPRIGHT: ("n values: one row of n cells in the CSV, n rows of one column in the JSONL"),
    RowForm.MOSTLY_UPRIGHT: (
        "predict usually returns a 1-D array: one row of n cells in the CSV, n rows of one column "
        "in the JSONL"
    ),
    RowForm.MAY_BE_UPRIGHT: (
        "n values: one row of n cells in the CSV; in the JSONL n rows of one column where the "
        "inputs had n rows too"
    ),
}


@rule(
    "MDC304",
    "one value for each row, collected as one row",
    Verdict.DIFFERS,
    """
For n rows model.predict usually returns a 1-D array of n values; a list filled in a loop is 1-D
too. The CSV keeps the original's one row of n cells under its header. The JSONL has n rows of one
column under exactly one feature name, and for outputs under any names when their inputs had n
rows too, so that outputs join to inputs by row. With a 2-D array (result.reshape(-1, 1)) both
have n rows; a frame says which values are columns.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of values without more dimensions that become a column."""
    has_inputs = collects_in_requests(facts)
    for call in facts.collects:
        message = _MESSAGES.get(row_form_of(call, has_inputs))
        if message is not None:
            yield Hit(call.place, message)
