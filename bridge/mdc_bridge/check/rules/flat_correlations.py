"""MDC313: add_correlations to one value for each row."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..row_shapes import RowForm, collects_in_requests, row_form_of
from ..rule import Facts, Hit, Hits, Verdict, rule

_FLAT = "n values in a 1-D array are one row of n + 8 cells (the original raised ValueError)"
_MESSAGES = {
    RowForm.UPRIGHT: _FLAT,
    RowForm.MOSTLY_UPRIGHT: _FLAT,
    RowForm.MAY_BE_UPRIGHT: (
        "one row of n + 8 cells in the CSV; in the JSONL n rows of one column where the inputs had "
        "n rows"
    ),
    RowForm.ROWS: "one row with a list in each cell in the CSV, a row for each list in the JSONL",
    RowForm.COLUMNS: "one row with a list in each cell in the CSV, rows or columns in the JSONL",
}


@rule(
    "MDC313",
    "add_correlations to one value for each row",
    Verdict.DIFFERS,
    """
For a 1-D array or list of n predictions it gives one row of n + 8 cells. Under one feature
name the original's collect then raised ValueError. The bridge collects it: one row of n + 8
cells in the CSV, n rows with the inputs' id in the JSONL. With result.reshape(-1, 1) both
have n rows.
""",
)
def find(facts: Facts) -> Hits:
    """Yield add_correlations to data of which both formats have other rows."""
    has_inputs = collects_in_requests(facts)
    for call in facts.calls:
        rows = row_form_of(call, has_inputs)
        if call.method != "add_correlations" or rows not in _MESSAGES:
            continue
        advice = "add_correlations(data.reshape(-1, 1), ...)"
        if call.data.kind is ValueKind.LIST:
            advice = "add_correlations(numpy.array(data).reshape(-1, 1), ...)"
        yield Hit(call.place, _MESSAGES[rows], advice)
