"""`data` of a collection: the data asset and its path, an asset that is there, or nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

from mdc_core.redaction import shown

from .fields import OF_DATA
from .remarks import Keys, dotted
from .walk import Walk
from .yaml_nodes import Entry

_SHORT = re.compile(r"azureml:([^:/]+):([^:/]+)")
_LONG = re.compile(r"(?:azureml:/?)?/subscriptions/.*/data/([^/]+)/versions/([^/]+)")
_VALID = "{name: NAME, path: azureml://datastores/DATASTORE/paths/PATH, version: '1'}"


class Data(NamedTuple):
    """The data asset of a collection; None where the default holds."""

    name: str | None = None
    version: str = "1"
    path: str | None = None


def read_data(walk: Walk, entry: Entry | None, keys: Keys) -> Data:
    """Return what `data` of a collection says."""
    if entry is None:
        return Data()
    value = walk.scalar(entry[1])
    if isinstance(value, str):
        text = (
            f"{dotted(keys)} names an asset: the agent does not look up its path, and Azure's "
            "client fails on it when it creates the deployment"
        )
        walk.warning(entry[1], keys, text, _VALID)
        return _asset(value)
    if value is None or not walk.is_mapping(entry[1]):
        walk.error(entry[1], keys, f"{dotted(keys)} is {walk.shown(entry[1])}", _VALID)
        return Data()
    found = walk.mapping(entry[1], keys) or {}
    for key, (node, _) in walk.unknown(found, OF_DATA):
        text = f"{dotted(keys)} has no key {shown(key)}"
        walk.error(node, (*keys, key), text, ", ".join(OF_DATA))
    name, path, version = (_text(walk, found, keys, key) for key in ("name", "path", "version"))
    named = _asset(walk.text(found.get("data_id"), (*keys, "data_id"), "the id of an asset") or "")
    # Azure's client takes what is empty for what is missing.
    return Data(name or named.name, version or named.version, (path or "").strip() or None)


def _text(walk: Walk, found: dict[str, Entry], keys: Keys, key: str) -> str | None:
    entry = found.get(key)
    value = None if entry is None else walk.scalar(entry[1])
    if entry is None or key != "version" or not isinstance(value, int) or isinstance(value, bool):
        return walk.text(entry, (*keys, key))
    text = (
        f"{dotted(keys)}.version is a number, as in Azure's documents, but Azure's "
        f"client refuses it"
    )
    walk.refused_by_azure(entry[1], (*keys, key), text, f"'{value}'")
    return str(value)


def _asset(reference: str) -> Data:
    match = _SHORT.fullmatch(reference) or _LONG.fullmatch(reference)
    return Data() if match is None else Data(match.group(1), match.group(2))
