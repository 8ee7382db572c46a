"""MDC303: data of a type that is never collected."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ...scripts.values import Kind
from ..findings import Verdict
from ..rule import Hit, Rule

_INSTEAD = {
    Kind.BYTES: "[data.decode()]",
    Kind.DICT: "pandas.DataFrame([data])",
    Kind.NONE: "a list, array or frame",
    Kind.NUMBER: "[data]",
    Kind.SERIES: "data.to_frame()",
    Kind.SET: "sorted(data)",
    Kind.TEXT: "[data], or the data it was made of",
    Kind.TUPLE: "list(data)",
    Kind.CORRELATIONS: "the data themselves",
}


def find(facts: Facts) -> Iterator[Hit]:
    """Yield collect calls whose argument is seen to be of such a type."""
    for call in facts.calls:
        instead = _INSTEAD.get(call.data.kind)
        if call.method == "collect" and instead is not None:
            message = f"a {call.data.kind.value} is never collected, only warned about"
            yield Hit(call.place, message, f"collect({instead})")


RULE = Rule(
    "MDC303",
    "data of a type that is never collected",
    Verdict.CHANGE,
    """
collect takes a list, a numpy array, a pandas or a Spark DataFrame. With anything else
(text, a number, a tuple, a dict, a Series, None) it warns and collects nothing, in the
original and in the bridge alike, so scripts that do this have never collected.
""",
    find,
)
