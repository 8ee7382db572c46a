"""MDC301: data are collected."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ...scripts.values import SCALARS, Kind, Value, is_of_json
from ..findings import Verdict
from ..rule import Hit, Rule

_SHOWN = {
    Kind.ARRAY: "an array",
    Kind.FRAME: "a frame",
    Kind.LIST: "a list",
}
_HINT = " (if it is a list of rows: MDC305)"


def find(facts: Facts) -> Iterator[Hit]:
    """Yield every call of collect and add_correlations."""
    for call in facts.calls:
        if call.method == "collect":
            shown = _SHOWN.get(call.data.kind, "as before")
            yield Hit(call.place, f"collects {shown}{_HINT * _may_be_rows(call.data)}")
        elif call.method == "add_correlations":
            yield Hit(call.place, "adds the eight columns, as before")


def _may_be_rows(data: Value) -> bool:
    """Return whether it is or may well be a list, of which nobody knows what it holds."""
    if data.kind is Kind.LIST and data.dimensions is None:
        return all(item.kind not in SCALARS for item in data.items or ())
    return is_of_json(data)


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
