"""MDC102: the old SDK is imported with a fallback."""

from __future__ import annotations

from ..old_sdk import is_old_sdk, is_provided
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC102",
    "the old SDK is imported with a fallback",
    Verdict.UNCHANGED,
    """
An import inside try/except ImportError, usually with a class that does nothing as the fallback.
With the bridge the import succeeds, so the fallback is never used: data are collected wherever a
destination is set, and only there.
""",
)
def find(facts: Facts) -> Hits:
    """Yield imports of the old SDK whose failure is caught."""
    for found in facts.imports:
        if is_old_sdk(found) and is_provided(found) and found.is_guarded:
            message = (
                f"{found.dotted} is provided by the bridge; the fallback in except is not used"
            )
            yield Hit(found.place, message)
