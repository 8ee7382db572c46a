"""MDC315: an attribute that the bridge does not have."""

from __future__ import annotations

from collections.abc import Iterator

from ...model_data_collector import ModelDataCollector
from ...scripts.facts import COLLECTOR_PARAMETERS, Facts
from ..findings import Verdict
from ..rule import Hit, Rule

_MADE_WITH = frozenset(COLLECTOR_PARAMETERS)


def find(facts: Facts) -> Iterator[Hit]:
    """Yield attributes and methods of collectors that do not exist."""
    methods = [(call.method, call.place) for call in facts.calls if call.method]
    for name, place in [*facts.attributes, *methods]:
        is_private = name.startswith("_") and not name.startswith("__")
        if is_private or not (name in _MADE_WITH or hasattr(ModelDataCollector, name)):
            message = f"collectors of the bridge have no {name}: AttributeError"
            yield Hit(place, message, "collect, add_correlations, or take it out")


RULE = Rule(
    "MDC315",
    "an attribute that the bridge does not have",
    Verdict.CHANGE,
    """
Collectors have collect, add_correlations, the header constants (AML_..._HEADER) and what
they were made with: designation, model_name, feature_names, collection_name, model_version,
webservice_name, workspace. What else the original had was private (_handle,
_cloud_enabled); reading it raises AttributeError.
""",
    find,
)
