"""MDC101: the old SDK is imported."""

from __future__ import annotations

from ..old_sdk import is_old_sdk, is_provided
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC101",
    "the old SDK is imported",
    Verdict.UNCHANGED,
    """
mdc-bridge provides the imports azureml.monitoring, azureml.monitoring.modeldatacollector and
azureml.datacollector, the name of the 2018 preview. Every form of import gives its
ModelDataCollector: with an alias, with *, inside a function, through importlib.
""",
)
def find(facts: Facts) -> Hits:
    """Yield imports of the old SDK that the bridge serves."""
    for found in facts.imports:
        if is_old_sdk(found) and is_provided(found) and not found.is_guarded:
            yield Hit(found.place, f"{found.dotted} is provided by the bridge")
