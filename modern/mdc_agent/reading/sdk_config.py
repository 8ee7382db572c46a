"""`mdc-config.json`, which the SDKs read: in azure-ai-ml's spelling, or the official SDK's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mdc_core.errors import SettingsError
from mdc_core.mdc_config import CollectionRules, read_collection_rules

from ..deployment import PAYLOAD_COLLECTIONS, DeployedCollection, Deployment
from .remarks import ERROR, Reading, Remark
from .walk import Walk
from .yaml_nodes import Nodes

VARIABLE = "AZUREML_MDC_CONFIG_PATH"
LOCAL = (
    'runMode is "local": the SDK prints the data of a collector and sends nothing, so nothing '
    "would arrive"
)


def is_sdk_config(nodes: Nodes) -> bool:
    """Return whether a file is such a config: `collections` at its root, and no deployment."""
    entries = None if nodes.root is None else nodes.entries(nodes.root)
    names = {name for key, _ in entries or () if isinstance(name := nodes.scalar(key), str)}
    return "collections" in names and not names & {"name", "endpoint_name", "data_collector"}


def read_sdk_config(path: Path, nodes: Nodes, environ: Mapping[str, str]) -> Reading:
    """Return what a config file of the SDKs says; see `read_deployment`."""
    source = str(path)
    try:
        rules = read_collection_rules({VARIABLE: source})
        headers = _headers(path)
    except SettingsError as error:
        return Reading(source, None, (Remark(0, 0, ERROR, str(error)),))
    walk = Walk(nodes)
    if walk.root is not None:
        walk.mapping(walk.root)
    positions = walk.positions()
    if rules.local_capture:
        remark = Remark(*positions["runMode",], ERROR, LOCAL, '"cloud"', setting="runMode")
        return Reading(source, None, (remark,), positions)
    deployment = Deployment(
        endpoint=environ.get("MDC_ENDPOINT") or "default",
        name=environ.get("MDC_DEPLOYMENT") or "default",
        collections=tuple(
            DeployedCollection(name, setting.enabled) for name, setting in rules.listed or ()
        ),
        sampling_rate=_payload_share(rules),
        rolling_rate=environ.get("MDC_ROLLING_RATE", "").strip().lower() or "hour",
        capture_headers=headers,
    )
    return Reading(source, deployment, (), positions)


def _payload_share(rules: CollectionRules) -> float:
    """Return the share of payloads; the SDK samples all other collections itself."""
    shares = [rules.of(name) for name in PAYLOAD_COLLECTIONS]
    return max((each.percentage for each in shares if each.enabled), default=100.0) / 100


def _headers(path: Path) -> tuple[str, ...]:
    with open(path, encoding="utf-8") as file:
        headers = json.load(file).get("captureHeaders", [])
    if not isinstance(headers, list) or not all(isinstance(each, str) for each in headers):
        raise SettingsError(f'{path}: captureHeaders is not a list of names; valid: ["x-tenant"]')
    return tuple(headers)
