"""MDC608: mdc-bridge and azureml-ai-monitoring, which own the same module."""

from __future__ import annotations

from ...needs import BRIDGE
from ..rule import Facts, Hit, Hits, Verdict, rule

_OFFICIAL = "azureml-ai-monitoring"


@rule(
    "MDC608",
    "mdc-bridge and azureml-ai-monitoring in one environment",
    Verdict.DIFFERS,
    """
Both own the module azureml.ai.monitoring, and pip does not say so. The one that is installed
last is imported by new scripts, and uninstalling either removes it. ModelDataCollector works in
either order. Keep one of them: mdc-bridge has the official package's interface.
""",
)
def find(facts: Facts) -> Hits:
    """Yield the official package where mdc-bridge is asked for as well."""
    for environment in facts.environments:
        official = environment.named(_OFFICIAL)
        if official and environment.named(BRIDGE):
            message = (
                "mdc-bridge also provides azureml.ai.monitoring: the one installed last is imported"
            )
            yield Hit(official.place, message)
