"""MDC317: data whose type or shape cannot be seen."""

from __future__ import annotations

from ..row_shapes import RowForm, collects_in_requests, hint_of, row_form_of, shown
from ..rule import Facts, Hit, Hits, Verdict, rule

_COLLECTING = ("collect", "add_correlations")


@rule(
    "MDC317",
    "data of unknown type",
    Verdict.UNSEEN,
    """
Scripts are read, not run, and what comes from a request, a model or another module has a type or
shape that only running shows. Arrays of rows and frames work unchanged; so does a list that is
one row. Lists of rows (MDC305), one value for each row (MDC304) and types that are never
collected (MDC303) behave differently: find out which case applies, then switch the finding off
with # mdc-bridge: ignore=MDC317. An annotation or a conversion in the script (numpy.array(...),
reshape, pandas.DataFrame(...)) makes it visible.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls with data of which too little is seen to say that all stays."""
    has_inputs = collects_in_requests(facts)
    for call in facts.calls:
        is_asked = call.method in _COLLECTING and not call.is_partial
        if is_asked and row_form_of(call, has_inputs) is RowForm.UNSEEN:
            what = shown(call.data) or "the data"
            yield Hit(call.place, f"the type of {what} is unknown ({hint_of(call.data)})")
