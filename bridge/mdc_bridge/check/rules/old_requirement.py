"""MDC603: a package is pinned to a version older than mdc-bridge, or what it needs, needs."""

from __future__ import annotations

from ..installing import of_each, old_packages
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC603",
    "a package is older than mdc-bridge needs",
    Verdict.CHANGE,
    """
mdc-bridge needs numpy, pandas, azure-storage-blob, azure-identity and, where it is, orjson; they
need others, such as azure-core. pip finds no versions that fit both and fails. If a pickled model
needs the old version, load it with the newer one and compare its predictions, or train it again.
An azure-storage-blob before 12 has other classes: look for them in the script.
""",
)
def find(facts: Facts) -> Hits:
    """Yield pins that are too old."""
    for clash in of_each(facts, old_packages):
        text = clash.request.requirement.text
        message = f"{text} is older than mdc-bridge needs"
        if clash.reason:
            message = f"mdc-bridge cannot be installed with {text}: {clash.reason}"
        yield Hit(clash.request.place, message, clash.advice)
