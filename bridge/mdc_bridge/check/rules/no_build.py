"""MDC606: an azureml-defaults that has no packages for the Python beside it."""

from __future__ import annotations

from ..installing import newest_python, pythons_without_builds
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC606",
    "azureml-defaults has no packages for this Python",
    Verdict.CHANGE,
    """
azureml-defaults needs compiled packages. They exist for Python 3.7 and 3.8 (to
1.14), to 3.9 (1.34 to 1.45), to 3.10 (1.46 to 1.51), to 3.11 (1.52 to 1.54), for 3.8 to 3.11 (1.55
to 1.60), and from 3.9 (1.61 and newer).
""",
)
def find(facts: Facts) -> Hits:
    """Yield pythons that are too new, or too old, for their azureml-defaults."""
    for environment in facts.environments:
        for request in pythons_without_builds(environment):
            message = (
                f"this version of azureml-defaults has no packages for {request.requirement.text}"
            )
            yield Hit(request.place, message, f"python={newest_python(environment)}")
