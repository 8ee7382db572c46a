"""A deployment file of an online endpoint -> `Deployment`, with the line of all that is odd in it.

What Azure's client takes is taken, and means what it means there. Beyond that is taken what its
documents show and it refuses: flags and versions without quotes, and two more rolling rates.
"""

from __future__ import annotations

from difflib import get_close_matches
from math import isfinite

import yaml

from mdc_core.redaction import shown

from ..deployment import DeployedCollection, Deployment
from .advice import advise
from .data_asset import read_data
from .fields import (
    COLLECTOR,
    DOCUMENTED_RATES,
    KUBERNETES,
    MISPLACED,
    OF_COLLECTION,
    OF_COLLECTOR,
    OF_KUBERNETES,
    OF_LOGGING,
    OF_MANAGED,
    OF_PREVIEW,
    TAKEN_RATES,
)
from .remarks import ERROR, Keys, Reading, Remark, dotted
from .walk import Walk
from .yaml_nodes import Entry, Nodes

_FLAG = "'true' or 'false', in quotes"
_RATE = f"{', '.join(TAKEN_RATES[:-1])} or {TAKEN_RATES[-1]}"
_SHARE = "a number from 0 to 1, such as 0.5 for half of the payloads"


def read_nodes(nodes: Nodes, source: str) -> Reading:
    """Return what a deployment file says.

    Args:
        nodes: of the file.
        source: its name, for messages.

    Raises:
        YamlError: its aliases make it too large.
    """
    if nodes.root is None:
        valid = "a deployment of an online endpoint"
        return Reading(source, None, (Remark(1, 1, ERROR, "the file is empty", valid, True),))
    walk = Walk(nodes)
    deployment = _DeploymentFile(walk).read(nodes, nodes.root)
    if deployment is not None:
        advise(walk, deployment)
    if walk.has_errors():
        deployment = None
    remarks = sorted(walk.remarks, key=lambda each: (each.line, each.column))
    return Reading(source, deployment, tuple(remarks), walk.positions())


class _DeploymentFile:
    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def read(self, nodes: Nodes, root: yaml.Node) -> Deployment | None:
        found = self._walk.mapping(root, ())
        if found is None:
            return None
        for node in nodes.unreadable():
            text = f"this is {self._walk.shown(node)}, which cannot be read"
            self._walk.refused_by_azure(node, (), text, "a text in quotes")
        endpoint = self._required(root, found, "endpoint_name")
        name = self._required(root, found, "name")
        self._top_level(root, found)
        if COLLECTOR in found:
            read = self._collector(found[COLLECTOR][1])
        else:
            text = "there is no data_collector, so nothing is collected"
            self._walk.warning(root, (COLLECTOR,), text, "data_collector: {collections: ...}")
            read = Deployment("", "", ())
        if endpoint is None or name is None or read is None:
            return None
        return Deployment(
            endpoint,
            name.lower(),  # as Azure's client has it
            read.collections,
            read.sampling_rate,
            read.rolling_rate,
            read.capture_headers,
        )

    def _required(self, root: yaml.Node, found: dict[str, Entry], key: str) -> str | None:
        if key not in found:
            self._walk.error(root, (key,), f"{key} is missing", f"{key}: NAME")
        return self._walk.text(found.get(key), (key,), "a name")

    def _top_level(self, root: yaml.Node, found: dict[str, Entry]) -> None:
        """Say which keys Azure's client refuses; the agent needs none of them."""
        kind = self._walk.scalar(found["type"][1]) if "type" in found else None
        kubernetes = kind == KUBERNETES
        known = OF_KUBERNETES if kubernetes else OF_MANAGED
        for key, (node, _) in self._walk.unknown(found, known):
            if kubernetes or key not in OF_KUBERNETES:
                close = get_close_matches(key, known, 1)
                valid = close[0] if close else "leave it out"
            else:
                valid = "type: kubernetes beside it"
            if key in OF_COLLECTOR:
                valid = f"put it in {COLLECTOR}"
            text = f"{dotted((key,))} is not a key of a deployment; Azure's client refuses the file"
            self._walk.refused_by_azure(node, (key,), text, valid)
        if not kubernetes and "instance_type" not in found:
            text = "Azure's client refuses a managed deployment without instance_type"
            valid = "instance_type: Standard_DS3_v2, or another; or type: kubernetes"
            self._walk.refused_by_azure(root, ("instance_type",), text, valid)

    def _collector(self, node: yaml.Node) -> Deployment | None:
        keys = (COLLECTOR,)
        found = self._walk.mapping(node, keys)
        if found is None:
            return None
        if found.keys() & OF_PREVIEW.keys():
            self._refuse_preview(node, found)
            return None
        self._refuse_unknown(found, keys, OF_COLLECTOR)
        collections = found.get("collections")
        if collections is None:
            text = "data_collector.collections is missing"
            self._walk.error(node, keys, text, "collections: {model_inputs: {enabled: 'true'}}")
        return Deployment(
            endpoint="",
            name="",
            collections=() if collections is None else self._collections(collections[1]),
            sampling_rate=self._share(found.get("sampling_rate")),
            rolling_rate=self._rolling(found.get("rolling_rate")),
            capture_headers=self._headers(found.get("request_logging")),
        )

    def _refuse_preview(self, node: yaml.Node, found: dict[str, Entry]) -> None:
        text = (
            "data_collector has the old preview form (azure-ai-ml 1.4), which Azure's client no "
            "longer accepts"
        )
        self._walk.error(node, (COLLECTOR,), text, "collections, each with enabled: 'true'")
        for key, today in OF_PREVIEW.items():
            if key in found:
                text = f"data_collector.{key} has the old preview form"
                self._walk.error(found[key][0], (COLLECTOR, key), text, today)

    def _collections(self, node: yaml.Node) -> tuple[DeployedCollection, ...]:
        keys = (COLLECTOR, "collections")
        found = self._walk.mapping(node, keys) or {}
        return tuple(
            self._collection(name, entry[1], (*keys, name)) for name, entry in found.items()
        )

    def _collection(self, name: str, node: yaml.Node, keys: Keys) -> DeployedCollection:
        found = self._walk.mapping(node, keys)
        if found is None:
            return DeployedCollection(name, False)
        self._refuse_unknown(found, keys, OF_COLLECTION)
        if "enabled" not in found:
            text = f"collection {shown(name)} has no enabled"
            self._walk.error(node, keys, text, "enabled: 'true'")
        client = self._walk.text(found.get("client_id"), (*keys, "client_id"), "a client id")
        data = read_data(self._walk, found.get("data"), (*keys, "data"))
        return DeployedCollection(
            name,
            self._flag(found.get("enabled"), (*keys, "enabled")),
            client or None,
            data.name,
            data.version,
            data.path,
        )

    def _flag(self, entry: Entry | None, keys: Keys) -> bool:
        if entry is None:
            return False
        value = self._walk.scalar(entry[1])
        if isinstance(value, bool):
            text = (
                f"{dotted(keys)} is {entry[1].value} without quotes, which Azure's client refuses"
            )
            self._walk.refused_by_azure(entry[1], keys, text, f"'{str(value).lower()}'")
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        self._walk.error(entry[1], keys, f"{dotted(keys)} is {self._walk.shown(entry[1])}", _FLAG)
        return False

    def _rolling(self, entry: Entry | None) -> str:
        keys = (COLLECTOR, "rolling_rate")
        if entry is None:
            return "hour"
        value = self._walk.scalar(entry[1])
        rate = value.lower() if isinstance(value, str) else ""
        if rate not in DOCUMENTED_RATES:
            text = f"{dotted(keys)} is {self._walk.shown(entry[1])}"
            self._walk.error(entry[1], keys, text, _RATE)
            return "hour"
        if rate not in TAKEN_RATES:
            text = f"{dotted(keys)} is {value}, which Azure documents but its client refuses"
            self._walk.refused_by_azure(entry[1], keys, text, _RATE)
        return rate

    def _share(self, entry: Entry | None) -> float:
        keys = (COLLECTOR, "sampling_rate")
        if entry is None:
            return 1.0
        value = self._walk.scalar(entry[1])
        try:
            number = -1.0 if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = -1.0
        if isfinite(number) and 0 <= number <= 1:
            return number
        valid = _SHARE
        if 1 < number <= 100:
            valid += f"; {number:g} percent is {number / 100:g}"
        text = f"{dotted(keys)} is {self._walk.shown(entry[1])}"
        self._walk.error(entry[1], keys, text, valid)
        return 1.0

    def _headers(self, entry: Entry | None) -> tuple[str, ...]:
        keys: Keys = (COLLECTOR, "request_logging")
        found = None if entry is None else self._walk.mapping(entry[1], keys)
        if found is None:
            return ()
        self._refuse_unknown(found, keys, OF_LOGGING)
        if "capture_headers" not in found:
            return ()
        key, listed = found["capture_headers"]
        keys = (*keys, "capture_headers")
        nodes = self._walk.items(listed, keys, "a list of header names: [x-tenant]")
        names = (self._walk.text((key, each), keys, "the name of a header") for each in nodes)
        return tuple(name for name in names if name is not None)

    def _refuse_unknown(self, found: dict[str, Entry], keys: Keys, known: tuple[str, ...]) -> None:
        for key, (node, _) in self._walk.unknown(found, known):
            close = get_close_matches(key, known, 1)
            valid = MISPLACED.get(key) or (close[0] if close else ", ".join(known))
            self._walk.error(node, (*keys, key), f"{dotted(keys)} has no key {shown(key)}", valid)
