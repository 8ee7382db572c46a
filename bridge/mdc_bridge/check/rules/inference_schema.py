"""MDC405: inference_schema."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC405",
    "inference_schema",
    Verdict.UNCHANGED,
    """
input_schema and output_schema come from the package inference-schema, which
azureml-inference-server-http depends on: the decorators work. numpy and pandas parameters
need numpy and pandas, which the bridge brings.
""",
)
def find(facts: Facts) -> Hits:
    """Yield imports of inference_schema, one for each statement."""
    seen = set()
    for found in facts.imports:
        line = (found.place.path, found.place.cell, found.place.line)
        if found.module.partition(".")[0] == "inference_schema" and line not in seen:
            seen.add(line)
            yield Hit(found.place, "provided by the inference server")
