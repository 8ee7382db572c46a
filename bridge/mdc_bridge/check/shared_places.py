"""What chooses the file and the collection of a collector."""

from __future__ import annotations

from typing import Optional

from mdc_core.designations import DEFAULT, GENERAL, NAMED_BY_COLLECTION

from ..scripts.values import Construction, Kind, Value

_PLACE = ("model_name", "workspace", "webservice_name", "model_version")


def file_of(made: Construction) -> Optional[tuple[str, ...]]:
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


def is_one_place(made: Construction) -> bool:
    """Return whether all that chooses the file, but the designation, is a constant."""
    return all(map(_is_constant, _chosen_by(made)))


def _chosen_by(made: Construction) -> list[Value]:
    return [made.arguments[part] for part in (*_PLACE, "collection_name") if part in made.arguments]


def _is_constant(value: Value) -> bool:
    return value.is_constant or value.kind is Kind.NONE
