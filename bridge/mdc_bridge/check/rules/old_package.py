"""MDC503: the package azureml-monitoring is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield texts and notebook lines that name the package."""
    for mention in facts.mentions:
        yield Hit(mention.place, "azureml-monitoring does not load on current images", "mdc-bridge")


RULE = Rule(
    "MDC503",
    "the package azureml-monitoring is asked for",
    Verdict.CHANGE,
    """
azureml-monitoring holds a native library for Python 3.6 and OpenSSL 1.0, which current
images do not have. mdc-bridge takes its place; both own the import azureml.monitoring, so
only one may be installed.
""",
    find,
)
