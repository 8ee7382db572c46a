"""MDC501: a service is deployed with data collection."""

from __future__ import annotations

from ...scripts.calls import DEPLOYMENT_KEYWORDS
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC501",
    "a service is deployed with data collection",
    Verdict.UNCHANGED,
    """
AksWebservice.deploy_configuration(collect_model_data=True) set the variables that switch
collection on in the container. Online endpoints have data_collector in the deployment's
YAML: mdc-bridge deployment writes it from this code.
""",
    on_endpoint=Verdict.CHANGE,
)
def find(facts: Facts) -> Hits:
    """Yield calls with the keyword, other than updates."""
    for call in facts.named_calls:
        given = sorted(call.keywords.keys() & DEPLOYMENT_KEYWORDS)
        if given and call.method != "update":
            is_off = call.keywords[given[0]].constant is False
            message = f"{given[0]} has no counterpart in SDK v2"
            advice = "no data_collector" if is_off else "data_collector"
            advice += " in the deployment's YAML (mdc-bridge deployment)"
            yield Hit(call.place, message, advice)
