"""What is to be said of a deployment that is understood: what will not be found or kept."""

from __future__ import annotations

import re

from mdc_core.redaction import shown

from ..deployment import DeployedCollection, Deployment
from ..payload.headers import is_secret
from .fields import COLLECTOR
from .remarks import dotted
from .walk import Walk
from .yaml_nodes import Other

MOST_COLLECTIONS = 5
# Of shells, pipelines and template engines.
_TEMPLATE = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|\$[A-Za-z_]\w*|#\{[^}]*\}#?")


# Source: `validate_endpoint_or_deployment_name` of azure-ai-ml.
_NAME = re.compile(r"(?=.{3,32}\Z)[a-zA-Z](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?")
_NAMES = "3 to 32 letters, digits and dashes; the first is a letter, the last not a dash"
_COLLECTIONS = (COLLECTOR, "collections")


def advise(walk: Walk, deployment: Deployment) -> None:
    """Note warnings about what Azure's client and the agent take, and what comes of it."""
    _say_templates(walk)
    if not _NAME.fullmatch(deployment.name) and not _TEMPLATE.search(deployment.name):
        name = shown(deployment.name)
        text = f"Azure's client refuses the name {name} when it creates the deployment"
        walk.warning(walk.value_of("name"), ("name",), text, _NAMES)
    written = walk.scalar(walk.value_of("name"))
    if written != deployment.name:
        text = f"Azure's client changes the name to {shown(deployment.name)}, and so does the agent"
        walk.warning(walk.value_of("name"), ("name",), text, shown(deployment.name))
    if len(deployment.collections) > MOST_COLLECTIONS:
        text = (
            f"there are {len(deployment.collections)} collections; Azure documents at most "
            f"{MOST_COLLECTIONS}, although its client accepts more"
        )
        walk.warning(walk.value_of(*_COLLECTIONS), _COLLECTIONS, text)
    if deployment.rolling_rate != "hour":
        text = (
            f"data in folders of a {deployment.rolling_rate} are not found by Azure's monitors, "
            "which only read hourly folders"
        )
        _at(walk, "rolling_rate", text, "hour")
    if deployment.sampling_rate == 0:
        text = "a sampling_rate of 0 keeps nothing"
        _at(walk, "sampling_rate", text)
    enabled = any(each.enabled for each in deployment.collections)
    if deployment.collections and not enabled and not walk.has_errors():
        text = "no collection is enabled: nothing is collected"
        walk.warning(walk.value_of(*_COLLECTIONS), _COLLECTIONS, text, "enabled: 'true'")
    _say_names(walk, deployment.collections)
    _say_secret_headers(walk, deployment)


def _at(walk: Walk, key: str, text: str, valid: str = "") -> None:
    walk.warning(walk.value_of(COLLECTOR, key), (COLLECTOR, key), text, valid)


def _say_names(walk: Walk, collections: tuple[DeployedCollection, ...]) -> None:
    seen: dict[str, str] = {}
    for each in collections:
        keys = (*_COLLECTIONS, each.name)
        lower = each.name.lower()
        if not each.name.strip():
            walk.warning(walk.key_of(*keys), keys, "a collection without a name", "model_inputs")
        if lower != each.name:
            text = (
                f"the official SDK never collects for Collector({shown(each.name)}) beside a "
                "config file: it looks names up in that file in lower case"
            )
            valid = f"{shown(lower)}, here and in the script"
            walk.warning(walk.key_of(*keys), keys, text, valid)
        if lower in seen:
            first = shown(seen[lower])
            text = f"collection {shown(each.name)} is {first} in another case, and is never used"
            walk.warning(walk.key_of(*keys), keys, text, "one of them")
        seen.setdefault(lower, each.name)


def _say_secret_headers(walk: Walk, deployment: Deployment) -> None:
    keys = (COLLECTOR, "request_logging", "capture_headers")
    for at, header in enumerate(deployment.capture_headers):
        if is_secret(header):
            text = (
                f"the header {shown(header)} is not captured: headers with such names hold secrets"
            )
            valid = "remove it, or also name it in payload.forced_headers of the agent's settings"
            walk.warning(walk.value_of(*keys, str(at)), (*keys, str(at)), text, valid)


def _say_templates(walk: Walk) -> None:
    for keys, nodes in walk.entries.items():
        if keys[0] not in ("name", "endpoint_name", COLLECTOR):
            continue
        for node in nodes:
            value = walk.scalar(node)
            if isinstance(value, Other) or not isinstance(value, str):
                continue
            match = _TEMPLATE.search(value)
            if match:
                text = f"{match.group()!r} in {dotted(keys)} was not replaced and is used literally"
                walk.warning(node, keys, text, "a file whose templates have been filled in")
