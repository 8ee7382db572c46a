"""MDC207: a feature name is given twice."""

from __future__ import annotations

from collections import Counter

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC207",
    "a feature name is given twice",
    Verdict.DIFFERS,
    """
The CSV header has the name twice, as before. In the JSONL names are keys, so the second a becomes
a_1.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions whose feature names repeat."""
    for collector in facts.constructions:
        names = [str(name.constant) for name in collector.feature_names or () if name.is_constant]
        repeated = [name for name, times in Counter(names).items() if times > 1]
        if repeated:
            shown = ", ".join(map(repr, repeated[:3]))
            yield Hit(
                collector.place,
                f"{shown} is given twice: in the JSONL the second gets a suffix (_1)",
            )
