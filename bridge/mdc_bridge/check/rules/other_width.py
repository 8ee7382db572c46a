"""MDC308: the number of columns differs from the number of feature names."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC308",
    "the number of columns differs from the number of feature names",
    Verdict.DIFFERS,
    """
Arrays: the CSV header has the feature names although rows have another length, as before; in the
JSONL the missing names are column_i. Frames: the bridge uses the frame's own column names in both
formats, not the feature names; the original did so only for frames before the first flush.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls whose width is seen to differ from the number of names."""
    for call in facts.collects:
        data = call.data
        if data.is_correlated or data.width is None:
            continue
        counts = {len(m.feature_names) for m in call.collectors if m.feature_names is not None}
        if len(counts) != 1 or counts <= {0, data.width}:
            continue
        (names,) = counts
        numbers = f"{data.width} columns, {names} feature names"
        is_row = (data.dimensions == 2 and data.kind is ValueKind.ARRAY) or (
            data.dimensions == 1 and names > 1 and data.kind in (ValueKind.ARRAY, ValueKind.LIST)
        )
        if data.kind is ValueKind.FRAME:
            yield Hit(call.place, f"{numbers}: the frame's own names are used")
        elif is_row and data.width > names:
            yield Hit(call.place, f"{numbers}: the JSONL names the others column_i")
        elif is_row:
            yield Hit(call.place, f"{numbers}: the last names have no column in the JSONL")
