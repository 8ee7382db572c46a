"""MDC402: sklearn.externals."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC402",
    "sklearn.externals",
    Verdict.UNCHANGED,
    """
scikit-learn 0.23 removed sklearn.externals.joblib. joblib is a separate package that scikit-learn
depends on, so it is always installed.
""",
    on_endpoint=Verdict.CHANGE,
)
def find(facts: Facts) -> Hits:
    """Yield imports of sklearn.externals."""
    for found in facts.imports:
        if found.dotted.startswith("sklearn.externals"):
            package = found.dotted.removeprefix("sklearn.externals").strip(".").split(".")[0]
            yield Hit(
                found.place,
                "not in scikit-learn since 0.23",
                f"import {package or 'joblib'}",
            )
