"""`data` of a collection: the data asset and its path, an asset that is there, or nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

from .fields import OF_DATA
from .walk import Field, Walk

_SHORT = re.compile(r"azureml:([^:/]+):([^:/]+)")
_LONG = re.compile(r"(?:azureml:/?)?/subscriptions/.*/data/([^/]+)/versions/([^/]+)")
_VALID = "{name: NAME, path: azureml://datastores/DATASTORE/paths/PATH, version: '1'}"


class Data(NamedTuple):
    """The data asset of a collection; None where the default holds."""

    name: str | None = None
    version: str = "1"
    path: str | None = None


def read_data(walk: Walk, field: Field | None) -> Data:
    """Return what `data` of a collection says."""
    if field is None:
        return Data()
    value = walk.scalar(field)
    if isinstance(value, str):
        text = (
            f"{field} names an asset: the agent does not look up its path, and Azure's "
            "client fails on it when it creates the deployment"
        )
        walk.warning(field, text, _VALID)
        return _asset(value)
    found = walk.mapping(field, _VALID) or {}
    walk.refuse_unknown(found, OF_DATA)
    name, path = (walk.text(found.get(key)) for key in ("name", "path"))
    version = _version(walk, found.get("version"))
    named = _asset(walk.text(found.get("data_id"), "the id of an asset") or "")
    # Azure's client takes what is empty for what is missing.
    return Data(name or named.name, version or named.version, (path or "").strip() or None)


def _version(walk: Walk, field: Field | None) -> str | None:
    value = None if field is None else walk.scalar(field)
    if field is None or not isinstance(value, int) or isinstance(value, bool):
        return walk.text(field)
    text = f"{field} is a number, as in Azure's documents, but Azure's client refuses it"
    walk.refused_by_azure(field, text, f"'{value}'")
    return str(value)


def _asset(reference: str) -> Data:
    match = _SHORT.fullmatch(reference) or _LONG.fullmatch(reference)
    return Data() if match is None else Data(match.group(1), match.group(2))
