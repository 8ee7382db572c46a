"""MDC209: two collectors with the same file but different columns."""

from __future__ import annotations

from typing import Optional

from ...scripts.values import UNKNOWN, Construction
from ..old_sdk import file_of, has_constant_file
from ..rule import Facts, Hit, Hits, Verdict, rule

_Names = tuple[object, ...]


@rule(
    "MDC209",
    "two collectors with the same file but different columns",
    Verdict.DIFFERS,
    """
Model, version, service, workspace and designation choose the file, and of signals and general
data the collection_name. Two collectors for which all of these are the same write to one file,
below the header of the first one, and to one collection, whose lines have either columns. The old
SDK did the same; readers that apply the header to all rows misread some of them.
""",
)
def find(facts: Facts) -> Hits:
    """Yield constructions whose file and collection another one has, with other feature names."""
    first: dict[tuple[str, ...], tuple[Construction, _Names]] = {}
    for collector in facts.constructions:
        file, names = file_of(collector), _names_of(collector)
        if file is None or names is None:
            continue
        if collector.is_repeated and not _are_known(collector) and has_constant_file(collector):
            message = (
                "several collectors with different columns are made here for the same "
                "file and collection"
            )
            yield Hit(collector.place, message, "give each another model_name or designation")
        other, theirs = first.setdefault(file, (collector, names))
        if theirs != names:
            line = other.place.line
            message = (
                f"has the same file and collection as the one in line {line}, but other columns"
            )
            yield Hit(collector.place, message, "another model_name or designation")


def _are_known(collector: Construction) -> bool:
    """Return whether all have the same names, or none."""
    return collector.feature_names == () or all(
        name.is_constant for name in collector.feature_names or (UNKNOWN,)
    )


def _names_of(collector: Construction) -> Optional[_Names]:
    names = collector.feature_names
    if names is not None and all(name.is_constant for name in names):
        return tuple(name.constant for name in names)
    spelling = collector.spellings.get("feature_names")
    return None if spelling is None else (spelling,)
