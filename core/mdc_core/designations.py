"""Designations of the old SDK, and the collections of the new one they become."""

from __future__ import annotations

import warnings
from typing import Optional

DEFAULT = "default"
GENERAL = "general"
INPUTS = "inputs"
KNOWN = (DEFAULT, INPUTS, "predictions", "labels", "signals", GENERAL)

# Their rows choose the folder by the `$aml_*` columns they carry.
CORRELATED = frozenset({"predictions", "labels", "signals"})
# The original named the file of these by the collection.
NAMED_BY_COLLECTION = frozenset({"signals", GENERAL})

_COLLECTIONS = {INPUTS: "model_inputs", "predictions": "model_outputs"}


def resolve_designation(designation: str, identifier: Optional[str]) -> str:
    """Return the folder name that the arguments ask for, with warnings about old or unknown ones.

    Args:
        designation: as given, `default` when not.
        identifier: the name of the argument before 0.1.0a15; any folder name was allowed.

    Raises:
        TypeError: both are given and differ.
    """
    if identifier is not None:
        if designation not in (DEFAULT, identifier):
            raise TypeError(
                f"identifier={identifier!r} and designation={designation!r} differ; identifier "
                "is the old name of designation, give one of them"
            )
        warnings.warn(
            "the argument identifier of ModelDataCollector is now named designation",
            DeprecationWarning,
            stacklevel=3,
        )
        designation = str(identifier)
    elif designation not in KNOWN:
        warnings.warn(
            f"designation {designation!r} is unknown (known: {', '.join(KNOWN)}); "
            "the data are collected under this name",
            UserWarning,
            stacklevel=3,
        )
    return GENERAL if designation == DEFAULT else str(designation)


def file_name(designation: str, collection_name: str, style: str) -> str:
    """Return the name of the CSV file.

    Args:
        designation: the folder.
        collection_name: the constructor's argument; an explicit one names the file of signals
            and general data, whose rows would otherwise mix.
        style: `data` or `designation`, see `MDC_LEGACY_FILE_NAME`.
    """
    if designation in NAMED_BY_COLLECTION and (collection_name != DEFAULT or style != "data"):
        return f"{collection_name}.csv"
    return "data.csv" if style == "data" else f"{designation}.csv"


def collection_of(
    designation: str, collection_name: str, chosen: tuple[tuple[str, str], ...]
) -> str:
    """Return the collection of a designation.

    Args:
        designation: the folder.
        collection_name: the constructor's argument; names the collection of signals and general
            data when it is given.
        chosen: designation and collection, from `MDC_COLLECTIONS`.
    """
    named = dict(chosen)
    if designation in named:
        return named[designation]
    if designation in NAMED_BY_COLLECTION and collection_name != DEFAULT:
        return collection_name
    return _COLLECTIONS.get(designation, designation)
