"""MDC203: the designation is unknown."""

from __future__ import annotations

from mdc_core.designations import KNOWN

from ...scripts.old_names import OLD_PARAMETER
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import likely_designation


@rule(
    "MDC203",
    "the designation is unknown",
    Verdict.DIFFERS,
    """
Known are inputs, predictions, labels, signals, general and default. With another one 0.1.0a21
printed a message and died at the first collect ('ModelDataCollector' object has no attribute
'_handle'). The bridge collects the data under that name, with one warning; only the designation
predictions becomes model_outputs.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions with a designation of their own."""
    for collector in facts.constructions:
        designation = collector.designation
        if designation is None or designation in KNOWN or OLD_PARAMETER in collector.arguments:
            continue
        message = (
            f"{designation!r} is collected under its own name, with a warning; 0.1.0a21 failed at "
            "the first collect"
        )
        likely = likely_designation(designation)
        yield Hit(collector.place, message, f'designation="{likely}"' if likely else "")
