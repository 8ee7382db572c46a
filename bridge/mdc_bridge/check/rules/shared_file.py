"""MDC209: two collectors of one file with other columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ...scripts.facts import Construction, Facts
from ...scripts.values import UNKNOWN
from ..findings import Verdict
from ..rule import Hit, Rule
from ..shared_places import file_of, is_one_place

_Names = tuple[object, ...]


def find(facts: Facts) -> Iterator[Hit]:
    """Yield constructions whose file and collection another one has, with other feature names."""
    first: dict[tuple[str, ...], tuple[Construction, _Names]] = {}
    for made in facts.constructions:
        file, names = file_of(made), _names_of(made)
        if file is None or names is None:
            continue
        if made.is_repeated and not _are_known(made) and is_one_place(made):
            message = "several are made here for one file and collection, with columns of their own"
            yield Hit(made.place, message, "another model_name or designation for each")
        other, theirs = first.setdefault(file, (made, names))
        if theirs != names:
            line = other.place.line
            message = f"shares its file and collection with that of line {line}, of other columns"
            yield Hit(made.place, message, "another model_name or designation")


def _are_known(made: Construction) -> bool:
    """Return whether all have the same names, or none."""
    return made.feature_names == () or all(
        name.is_constant for name in made.feature_names or (UNKNOWN,)
    )


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
