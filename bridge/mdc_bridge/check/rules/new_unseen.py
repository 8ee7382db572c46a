"""MDC704: data of which it is not seen that they are a frame."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ...scripts.values import Kind
from ..findings import Verdict
from ..rule import Hit, Rule

_UNSEEN = (Kind.UNKNOWN, Kind.NAMED, Kind.INSTANCE)


def find(facts: Facts) -> Iterator[Hit]:
    """Yield calls with data of which nothing is seen."""
    for call in facts.modern_calls:
        if call.method == "collect" and call.data.kind in _UNSEEN and not call.is_partial:
            message = "what the data are cannot be seen; anything but a pandas frame raises"
            yield Hit(call.place, message)


RULE = Rule(
    "MDC704",
    "data of which it is not seen that they are a frame",
    Verdict.UNSEEN,
    """
Scripts are read, not run. Where data come from another module, a model or a request, look whether
they are a pandas.DataFrame (MDC703), and switch the finding off with # mdc-bridge: ignore=MDC704.
An annotation (data: pd.DataFrame) makes it seen.
""",
    find,
)
