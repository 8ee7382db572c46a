"""MDC610: a file of conda or pip names another one that is not there."""

from __future__ import annotations

from ..installing import of_each
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC610",
    "a file named here does not exist",
    Verdict.UNSEEN,
    """
Files named by -r and -c are read too, relative to the file that names them. If one does not exist
or is a URL, its pins are unknown, so this check cannot say whether mdc-bridge can be installed.
Check the folder that has the file.
""",
)
def find(facts: Facts) -> Hits:
    """Yield what is named, and cannot be read."""
    for missing in of_each(facts, lambda environment: environment.missing):
        yield Hit(missing.place, f"{missing.name} {missing.reason}: its requirements are not known")
