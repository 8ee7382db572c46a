"""MDC310: a Spark frame is collected."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC310",
    "a Spark frame is collected",
    Verdict.UNCHANGED,
    """
The frame is converted with toPandas, as before, so all its rows come to the driver. mdc-bridge
does not install pyspark.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of Spark frames."""
    for call in facts.collects:
        if call.data.kind is ValueKind.SPARK_FRAME:
            yield Hit(call.place, "all rows of the Spark frame come to the driver, as before")
