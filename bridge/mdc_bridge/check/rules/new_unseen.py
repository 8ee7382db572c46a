"""MDC704: data that may not be a DataFrame."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule

_UNSEEN = (ValueKind.UNKNOWN, ValueKind.NAMED, ValueKind.INSTANCE)


@rule(
    "MDC704",
    "data that may not be a DataFrame",
    Verdict.UNSEEN,
    """
Scripts are read, not run. If data come from another module, a model or a request, check that they
are a pandas.DataFrame (see MDC703), then switch the finding off with # mdc-bridge: ignore=MDC704.
An annotation (data: pd.DataFrame) also removes it.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls with data of which nothing is seen."""
    for call in facts.modern_collects:
        if call.data.kind in _UNSEEN and not call.is_partial:
            message = "the type of the data is unknown; anything but a pandas frame raises"
            yield Hit(call.place, message)
