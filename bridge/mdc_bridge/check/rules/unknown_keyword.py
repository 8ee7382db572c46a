"""MDC205: a keyword that no release accepts."""

from __future__ import annotations

from ...scripts.old_names import COLLECTOR_PARAMETERS
from ..rule import Facts, Hit, Hits, Verdict, rule

_MEANT = {
    "collection": "collection_name",
    "collector_name": "collection_name",
    "columns": "feature_names",
    "feature_name": "feature_names",
    "features": "feature_names",
    "model": "model_name",
    "name": "model_name",
    "service_name": "webservice_name",
    "version": "model_version",
}


@rule(
    "MDC205",
    "a keyword that no release accepts",
    Verdict.CHANGE,
    """
Some copied snippets use features= or collector_name=. No release of the old SDK accepted them;
its constructor raises TypeError, and so does the bridge.
""",
)
def find(facts: Facts) -> Hits:
    """Yield unknown keywords, one finding each."""
    for collector in facts.constructions:
        for keyword in collector.unknown_keywords:
            meant = _MEANT.get(keyword)
            message = f"{keyword}= raises TypeError, as before"
            advice = f"{meant}=" if meant else f"one of {', '.join(COLLECTOR_PARAMETERS)}"
            yield Hit(collector.place, message, advice)
