"""MDC503: the package azureml-monitoring is required."""

from __future__ import annotations

from ..installing import of_each, originals_that_stay
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC503",
    "the package azureml-monitoring is required",
    Verdict.CHANGE,
    """
azureml-monitoring has a native library for Python 3.6 and OpenSSL 1.0, which current images do
not have. mdc-bridge replaces it; both provide the import azureml.monitoring, so install only one.
On Python 3.6 install both: mdc-bridge wraps azureml-monitoring, which continues to write the CSV.
""",
)
def find(facts: Facts) -> Hits:
    """Yield texts and notebook lines that name the package."""
    stays = {request.place for request in of_each(facts, originals_that_stay)}
    for mention in facts.mentions:
        if mention.place not in stays:
            message = "azureml-monitoring does not load on current images"
            yield Hit(mention.place, message, "mdc-bridge")
