"""MDC209: two collectors of one file with other columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ...designations import DEFAULT, GENERAL, NAMED_BY_COLLECTION
from ...scripts.facts import Construction, Facts
from ...scripts.values import Kind
from ..findings import Verdict
from ..rule import Hit, Rule

_PLACE = ("model_name", "workspace", "webservice_name", "model_version")
_Names = tuple[object, ...]


def find(facts: Facts) -> Iterator[Hit]:
    """Yield constructions whose file and collection another one has, with other feature names."""
    first: dict[tuple[str, ...], tuple[Construction, _Names]] = {}
    for made in facts.constructions:
        file, names = _file_of(made), _names_of(made)
        if file is None or names is None:
            continue
        other, theirs = first.setdefault(file, (made, names))
        if theirs != names:
            line = other.place.line
            message = f"shares its file and collection with that of line {line}, of other columns"
            yield Hit(made.place, message, "another model_name or designation")


def _file_of(made: Construction) -> Optional[tuple[str, ...]]:
    """Return what chooses file and collection; None where that cannot be seen."""
    designation = made.designation
    if designation is None or made.is_partial:
        return None
    designation = GENERAL if designation == DEFAULT else designation
    parts = [*_PLACE, *(["collection_name"] if designation in NAMED_BY_COLLECTION else [])]
    return (designation, *(_said(made, part) for part in parts))


def _said(made: Construction, parameter: str) -> str:
    value = made.arguments.get(parameter)
    if value is None or value.kind is Kind.NONE:
        return ""
    return repr(value.constant) if value.is_constant else made.spellings.get(parameter, "?")


def _names_of(made: Construction) -> Optional[_Names]:
    names = made.feature_names
    if names is not None and all(name.is_constant for name in names):
        return tuple(name.constant for name in names)
    spelling = made.spellings.get("feature_names")
    return None if spelling is None else (spelling,)


RULE = Rule(
    "MDC209",
    "two collectors of one file with other columns",
    Verdict.DIFFERS,
    """
Model, version, service, workspace and designation choose the file, and of signals and general data
the collection_name. Two collectors for which all of these are the same write to one file, below the
header of whichever came first, and to one collection, whose lines then have one or the other
columns. That is as it was; readers that take the header for all rows misread half of them.
""",
    find,
)
