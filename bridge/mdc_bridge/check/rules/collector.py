"""MDC201: a collector is made."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC201",
    "a collector is made",
    Verdict.UNCHANGED,
    """
The constructor takes the arguments of azureml-monitoring 0.1.0a21. Inputs become the
collection model_inputs, predictions model_outputs, other designations one of their own name
(MDC_COLLECTIONS chooses others).
""",
    is_fallback=True,
)
def find(facts: Facts) -> Hits:
    """Yield every construction."""
    for collector in facts.constructions:
        if collector.is_unbound:
            continue
        designation = collector.designation
        if designation is None:
            yield Hit(collector.place, "works; its designation is only known at run time")
        else:
            yield Hit(collector.place, f"works; collects {designation}")
