"""MDC204: no designation."""

from __future__ import annotations

from ...scripts.old_names import OLD_PARAMETER
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC204",
    "no designation",
    Verdict.DIFFERS,
    """
The data are collected as general, as the old SDK did: inputs and predictions mix in one
file, get no correlations, and become the collection general, which monitors of model_inputs
and model_outputs do not look at.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions that leave the designation out."""
    for collector in facts.constructions:
        given = collector.arguments.keys() & {"designation", OLD_PARAMETER}
        if not (given or collector.is_partial or collector.unknown_keywords):
            message = (
                "collected as general: without correlations, and not in model_inputs or "
                "model_outputs"
            )
            yield Hit(collector.place, message, 'designation="inputs" or designation="predictions"')
