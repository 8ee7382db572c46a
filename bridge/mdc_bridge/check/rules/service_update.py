"""MDC502: data collection of a service is switched."""

from __future__ import annotations

from ...scripts.calls import DEPLOYMENT_KEYWORDS
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC502",
    "data collection of a service is switched",
    Verdict.UNCHANGED,
    """
service.update(collect_model_data=...) switches it in a running AKS service. For an online
endpoint, set enabled 'True' or 'False' for each collection in the deployment's data_collector.
""",
    on_endpoint=Verdict.CHANGE,
)
def find(facts: Facts) -> Hits:
    """Yield updates with the keyword."""
    for call in facts.named_calls:
        given = sorted(call.keywords.keys() & DEPLOYMENT_KEYWORDS)
        if given and call.method == "update":
            on = call.keywords[given[0]].constant
            enabled = f"enabled: '{on}'" if isinstance(on, bool) else "enabled: 'True' or 'False'"
            message = f"{given[0]} has no counterpart in SDK v2"
            yield Hit(call.place, message, f"{enabled} in the deployment's data_collector")
