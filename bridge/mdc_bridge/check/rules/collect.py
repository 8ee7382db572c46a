"""MDC301: data are collected."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ...scripts.values import Kind
from ..findings import Verdict
from ..rule import Hit, Rule

_SHOWN = {
    Kind.ARRAY: "an array",
    Kind.FRAME: "a frame",
    Kind.LIST: "a list",
}


def find(facts: Facts) -> Iterator[Hit]:
    """Yield every call of collect and add_correlations."""
    for call in facts.calls:
        if call.method == "collect":
            yield Hit(call.place, f"collects {_SHOWN.get(call.data.kind, 'as before')}")
        elif call.method == "add_correlations":
            yield Hit(call.place, "adds the eight columns, as before")


RULE = Rule(
    "MDC301",
    "data are collected",
    Verdict.UNCHANGED,
    """
collect takes lists, numpy arrays, pandas and Spark frames, copies them and returns; the CSV
is the original's byte for byte. Where the type of the data cannot be seen, this is what is
assumed. collect never raises: what cannot be collected is warned about and counted.
""",
    find,
    is_fallback=True,
)
