"""MDC603: a package is pinned to a version older than mdc-bridge needs."""

from __future__ import annotations

from collections.abc import Iterator

from ...needs import needed
from ...scripts.facts import Facts
from ..findings import Verdict
from ..installing import of_each, old_packages
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield pins that are too old."""
    for asked in of_each(facts, old_packages):
        advice = needed(asked.requirement.name)
        yield Hit(asked.place, f"{asked.requirement.text} is older than mdc-bridge needs", advice)


RULE = Rule(
    "MDC603",
    "a package is older than mdc-bridge needs",
    Verdict.CHANGE,
    """
pip finds nothing that fits both, and stops. Where a pickled model holds the package to that
version, load the pickle with the newer one and compare its predictions, or train again. An
azure-storage-blob before 12 has other classes: look for them in the script.
""",
    find,
)
