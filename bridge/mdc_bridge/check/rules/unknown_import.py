"""MDC103: something else of the old SDK is imported."""

from __future__ import annotations

from ..old_sdk import is_old_sdk, is_provided
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC103",
    "something else of the old SDK is imported",
    Verdict.CHANGE,
    """
From azureml.monitoring and azureml.datacollector the bridge provides ModelDataCollector, and from
the first also the module modeldatacollector. Other names were never public; importing them fails.
""",
)
def find(facts: Facts) -> Hits:
    """Yield imports of the old SDK that the bridge does not serve."""
    for found in facts.imports:
        if is_old_sdk(found) and not is_provided(found):
            message = f"{found.dotted} is not provided by the bridge"
            advice = "from azureml.monitoring import ModelDataCollector"
            yield Hit(found.place, message, advice)
