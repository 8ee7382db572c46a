"""MDC315: an attribute that the bridge does not have."""

from __future__ import annotations

import re

from ...scripts.old_names import COLLECTOR_PARAMETERS
from ..rule import Facts, Hit, Hits, Verdict, rule

_MADE_WITH = frozenset(COLLECTOR_PARAMETERS)
_METHODS = frozenset({"add_correlations", "collect"})
_HEADER = re.compile(r"AML_[A-Z_]+_HEADER")


@rule(
    "MDC315",
    "an attribute that the bridge does not have",
    Verdict.CHANGE,
    """
Collectors have collect, add_correlations, the header constants (AML_..._HEADER) and what
they were made with: designation, model_name, feature_names, collection_name, model_version,
webservice_name, workspace. What else the original had was private (_handle,
_cloud_enabled); reading it raises AttributeError.
""",
)
def find(facts: Facts) -> Hits:
    """Yield attributes and methods of collectors that do not exist."""
    methods = [(call.method, call.place) for call in facts.calls if call.method]
    for name, place in [*facts.attributes, *methods]:
        is_private = name.startswith("_") and not name.startswith("__")
        if is_private or not _is_there(name):
            message = f"collectors of the bridge have no {name}: AttributeError"
            yield Hit(place, message, "use collect or add_correlations, or remove it")


def _is_there(name: str) -> bool:
    """Return whether collectors of the bridge have an attribute of this name."""
    return (
        name in _MADE_WITH
        or name in _METHODS
        or hasattr(object, name)
        or _HEADER.fullmatch(name) is not None
    )
