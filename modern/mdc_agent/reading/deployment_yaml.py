"""A deployment file of an online endpoint -> `Deployment`, with the line of all that is odd in it.

What Azure's client takes is taken, and means what it means there. Beyond that is taken what its
documents show and it refuses: flags and versions without quotes, and two more rolling rates.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

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
from .remarks import ERROR, Reading, Remark
from .sdk_config import is_sdk_config, read_sdk_config
from .walk import Field, Walk
from .yaml_nodes import Nodes, YamlError, read_text

_FLAG = "'true' or 'false', in quotes"
_RATE = f"{', '.join(TAKEN_RATES[:-1])} or {TAKEN_RATES[-1]}"
_SHARE = "a number from 0 to 1, such as 0.5 for half of the payloads"


def read_deployment(path: Path | str, environ: Mapping[str, str] = os.environ) -> Reading:
    """Return the deployment that a file describes, and the remarks about the file.

    Args:
        path: of a deployment YAML, or of an `mdc-config.json`, which names neither endpoint nor
            deployment: they are `MDC_ENDPOINT` and `MDC_DEPLOYMENT`, `default` without.
        environ: variables by name.

    Raises:
        StoreError: the file does not exist, or it cannot be read.
    """
    path = Path(path)
    try:
        nodes = Nodes(read_text(path))
        if is_sdk_config(nodes):
            return read_sdk_config(path, nodes, environ)
        return read_nodes(nodes, str(path))
    except YamlError as error:
        remark = Remark(*error.position, ERROR, str(error), azure_refuses=True)
        return Reading(str(path), None, (remark,))


def read_nodes(nodes: Nodes, source: str) -> Reading:
    """Return what a deployment file says.

    Args:
        nodes: of the file.
        source: its name, for messages.

    Raises:
        YamlError: its aliases make it too large.
    """
    walk = Walk(nodes)
    if walk.root is None:
        valid = "a deployment of an online endpoint"
        return Reading(source, None, (Remark(1, 1, ERROR, "the file is empty", valid, True),))
    deployment = _DeploymentFile(walk).read(nodes, walk.root)
    if deployment is not None:
        advise(walk, deployment)
    if walk.has_errors():
        deployment = None
    return Reading(source, deployment, walk.sorted_remarks(), walk.positions())


class _DeploymentFile:
    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def read(self, nodes: Nodes, root: Field) -> Deployment | None:
        found = self._walk.mapping(root)
        if found is None:
            return None
        for node in nodes.unreadable():
            text = f"this is {self._walk.shown(node)}, which cannot be read"
            self._walk.refused_by_azure(root._replace(value=node), text, "a text in quotes")
        endpoint = self._required(root, found, "endpoint_name")
        name = self._required(root, found, "name")
        self._check_top_level(root, found)
        if COLLECTOR in found:
            read = self._collector(found[COLLECTOR])
        else:
            text = "there is no data_collector, so nothing is collected"
            valid = "data_collector: {collections: ...}"
            self._walk.warning(root.missing(COLLECTOR), text, valid)
            read = Deployment("", "", ())
        if endpoint is None or name is None or read is None:
            return None
        return replace(read, endpoint=endpoint, name=name.lower())  # as Azure's client has it

    def _required(self, root: Field, found: dict[str, Field], key: str) -> str | None:
        if key not in found:
            self._walk.error(root.missing(key), f"{key} is missing", f"{key}: NAME")
        return self._walk.text(found.get(key), "a name")

    def _check_top_level(self, root: Field, found: dict[str, Field]) -> None:
        """Note which keys Azure's client refuses; the agent needs none of them."""
        is_kubernetes = "type" in found and self._walk.scalar(found["type"]) == KUBERNETES
        known = OF_KUBERNETES if is_kubernetes else OF_MANAGED
        for key, field in found.items():
            if key in known:
                continue
            close = get_close_matches(key, known, 1)
            valid = close[0] if close else "leave it out"
            if not is_kubernetes and key in OF_KUBERNETES:
                valid = "type: kubernetes beside it"
            if key in OF_COLLECTOR:
                valid = f"put it in {COLLECTOR}"
            text = f"{field} is not a key of a deployment; Azure's client refuses the file"
            self._walk.refused_by_azure(field.at_key(), text, valid)
        if not is_kubernetes and "instance_type" not in found:
            text = "Azure's client refuses a managed deployment without instance_type"
            valid = "instance_type: Standard_DS3_v2, or another; or type: kubernetes"
            self._walk.refused_by_azure(root.missing("instance_type"), text, valid)

    def _collector(self, field: Field) -> Deployment | None:
        """Return what the collector is asked to do, without the names of the deployment."""
        found = self._walk.mapping(field)
        if found is None:
            return None
        if found.keys() & OF_PREVIEW.keys():
            self._refuse_preview(field, found)
            return None
        self._walk.refuse_unknown(found, OF_COLLECTOR, MISPLACED)
        if "collections" not in found:
            valid = "collections: {model_inputs: {enabled: 'true'}}"
            self._walk.error(field, "data_collector.collections is missing", valid)
        return Deployment(
            endpoint="",
            name="",
            collections=self._collections(found.get("collections")),
            sampling_rate=self._share(found.get("sampling_rate")),
            rolling_rate=self._rolling_rate(found.get("rolling_rate")),
            capture_headers=self._headers(found.get("request_logging")),
        )

    def _refuse_preview(self, field: Field, found: dict[str, Field]) -> None:
        text = (
            "data_collector has the old preview form (azure-ai-ml 1.4), which Azure's client no "
            "longer accepts"
        )
        self._walk.error(field, text, "collections, each with enabled: 'true'")
        for key, today in OF_PREVIEW.items():
            if key in found:
                text = f"data_collector.{key} has the old preview form"
                self._walk.error(found[key].at_key(), text, today)

    def _collections(self, field: Field | None) -> tuple[DeployedCollection, ...]:
        found = {} if field is None else self._walk.mapping(field) or {}
        return tuple(self._collection(name, each) for name, each in found.items())

    def _collection(self, name: str, field: Field) -> DeployedCollection:
        found = self._walk.mapping(field)
        if found is None:
            return DeployedCollection(name, False)
        self._walk.refuse_unknown(found, OF_COLLECTION, MISPLACED)
        if "enabled" not in found:
            self._walk.error(field, f"collection {shown(name)} has no enabled", "enabled: 'true'")
        client_id = self._walk.text(found.get("client_id"), "a client id")
        data = read_data(self._walk, found.get("data"))
        is_enabled = self._flag(found.get("enabled"))
        return DeployedCollection(
            name, is_enabled, client_id or None, data.name, data.version, data.path
        )

    def _flag(self, field: Field | None) -> bool:
        if field is None:
            return False
        value = self._walk.scalar(field)
        if isinstance(value, bool):
            text = f"{field} is {field.value.value} without quotes, which Azure's client refuses"
            self._walk.refused_by_azure(field, text, f"'{str(value).lower()}'")
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        self._walk.invalid(field, _FLAG)
        return False

    def _rolling_rate(self, field: Field | None) -> str:
        if field is None:
            return "hour"
        value = self._walk.scalar(field)
        rate = value.lower() if isinstance(value, str) else ""
        if rate not in DOCUMENTED_RATES:
            self._walk.invalid(field, _RATE)
            return "hour"
        if rate not in TAKEN_RATES:
            text = f"{field} is {value}, which Azure documents but its client refuses"
            self._walk.refused_by_azure(field, text, _RATE)
        return rate

    def _share(self, field: Field | None) -> float:
        if field is None:
            return 1.0
        value = self._walk.scalar(field)
        try:
            number = -1.0 if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = -1.0
        if 0 <= number <= 1:
            return number
        is_percent = 1 < number <= 100
        hint = f"; {number:g} percent is {number / 100:g}" if is_percent else ""
        self._walk.invalid(field, _SHARE + hint)
        return 1.0

    def _headers(self, field: Field | None) -> tuple[str, ...]:
        found = None if field is None else self._walk.mapping(field)
        if found is None:
            return ()
        self._walk.refuse_unknown(found, OF_LOGGING, MISPLACED)
        listed = found.get("capture_headers")
        if listed is None:
            return ()
        items = self._walk.items(listed, "a list of header names: [x-tenant]")
        names = [
            self._walk.text(each._replace(keys=listed.keys), "the name of a header")
            for each in items
        ]
        return tuple(name for name in names if name is not None)
