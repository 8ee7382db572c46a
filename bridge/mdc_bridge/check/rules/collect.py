"""MDC301: data are collected."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..row_shapes import shown
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC301",
    "data are collected",
    Verdict.UNCHANGED,
    """
collect takes lists, numpy arrays, pandas and Spark frames, copies them and returns; the CSV
is the original's byte for byte. collect never raises: what cannot be collected is warned about and
counted.
""",
    is_fallback=True,
)
def find(facts: Facts) -> Hits:
    """Yield every call of collect and add_correlations."""
    for call in facts.calls:
        if call.method == "collect":
            is_of_any_depth = call.data.kind is ValueKind.ARRAY and call.data.dimensions is None
            limit = "; with more than two dimensions see MDC318" * is_of_any_depth
            yield Hit(call.place, f"collects {shown(call.data) or 'as before'}{limit}")
        elif call.method == "add_correlations":
            yield Hit(call.place, "adds the eight columns, as before")
