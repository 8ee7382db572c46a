"""MDC104: the class, or a collector, is bound nowhere."""

from __future__ import annotations

from ...scripts.modern import NEW_CLASS
from ...scripts.old_names import OLD_CLASS
from ..rule import Facts, Hit, Hits, Verdict, rule

_MODULES = {OLD_CLASS: "azureml.monitoring", NEW_CLASS: "azureml.ai.monitoring"}


@rule(
    "MDC104",
    "an undefined name",
    Verdict.CHANGE,
    """
The import is commented out or was lost when the script was copied, or init assigns the collector
to a local variable, without global. The line raises NameError, with the original as with the
bridge; scripts that catch everything return it as their response.
""",
)
def find(facts: Facts) -> Hits:
    """Yield names that nothing binds, and that collecting needs."""
    for mention in facts.unbound:
        module = _MODULES.get(mention.text)
        if module is not None:
            advice = f"from {module} import {mention.text}"
            yield Hit(mention.place, f"{mention.text} is never imported: NameError", advice)
        else:
            message = f"{mention.text} has no value here: NameError"
            yield Hit(mention.place, message, "declare it global where the collector is made")
