"""Variables and attributes by name: `getattr`, `setattr`, `globals`."""

from __future__ import annotations

from .call_arguments import Arguments
from .library import attribute_of
from .tables import Look
from .unfollowed import COLLECTING
from .values import UNKNOWN, Kind, Value, named

REFLECTING = frozenset({"getattr", "globals", "locals", "setattr", "vars"})


def reflected(look: Look, function: str, arguments: Arguments) -> Value:
    """Return what one of these functions returns, noting what it sets."""
    given = arguments.positions
    if function in ("globals", "locals", "vars"):
        return UNKNOWN if given else named("globals()")
    name = given[1].constant if len(given) > 1 else None
    if not isinstance(name, str):
        return UNKNOWN
    base = given[0]
    if function == "setattr":
        if len(given) > 2:
            look.tables.add_attribute(name, given[2])
        return UNKNOWN
    if base.kind is Kind.COLLECTOR and name in COLLECTING:
        return Value(Kind.METHOD, name=name, collectors=base.collectors)
    found = attribute_of(base, name)
    return look.tables.attributes.get(name, UNKNOWN) if found is None else found
