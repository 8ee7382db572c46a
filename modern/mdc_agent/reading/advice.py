"""Warnings about a valid deployment: names that Azure changes, data that are not found or kept."""

from __future__ import annotations

import re

from mdc_core.redaction import shown

from ..deployment import DeployedCollection, Deployment
from ..payload.headers import is_secret
from .fields import COLLECTOR
from .walk import Walk

MOST_COLLECTIONS = 5
# Placeholders of shells, pipelines and template engines.
_TEMPLATE = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|\$[A-Za-z_]\w*|#\{[^}]*\}#?")
# Source: `validate_endpoint_or_deployment_name` of azure-ai-ml.
_NAME = re.compile(r"(?=.{3,32}\Z)[a-zA-Z](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?")
_NAMES = "3 to 32 letters, digits and dashes; the first is a letter, the last not a dash"
_COLLECTIONS = (COLLECTOR, "collections")


def advise(walk: Walk, deployment: Deployment) -> None:
    """Add the warnings about a deployment that Azure's client and the agent accept."""
    _warn_of_templates(walk)
    name = walk.fields["name",]
    if not _NAME.fullmatch(deployment.name) and not _TEMPLATE.search(deployment.name):
        text = f"Azure's client refuses the name {shown(deployment.name)} when it creates the"
        walk.warning(name, f"{text} deployment", _NAMES)
    if walk.scalar(name) != deployment.name:
        text = f"Azure's client changes the name to {shown(deployment.name)}, and so does the agent"
        walk.warning(name, text, shown(deployment.name))
    if len(deployment.collections) > MOST_COLLECTIONS:
        text = (
            f"there are {len(deployment.collections)} collections; Azure documents at most "
            f"{MOST_COLLECTIONS}, although its client accepts more"
        )
        walk.warning(walk.fields[_COLLECTIONS], text)
    if deployment.rolling_rate != "hour":
        text = (
            f"data in folders of a {deployment.rolling_rate} are not found by Azure's monitors, "
            "which only read hourly folders"
        )
        walk.warning(walk.fields[COLLECTOR, "rolling_rate"], text, "hour")
    if deployment.sampling_rate == 0:
        walk.warning(walk.fields[COLLECTOR, "sampling_rate"], "a sampling_rate of 0 keeps nothing")
    enabled = any(each.enabled for each in deployment.collections)
    if deployment.collections and not enabled and not walk.has_errors():
        text = "no collection is enabled: nothing is collected"
        walk.warning(walk.fields[_COLLECTIONS], text, "enabled: 'true'")
    _warn_of_names(walk, deployment.collections)
    _warn_of_secret_headers(walk, deployment)


def _warn_of_names(walk: Walk, collections: tuple[DeployedCollection, ...]) -> None:
    seen: dict[str, str] = {}
    for each in collections:
        key = walk.fields[(*_COLLECTIONS, each.name)].at_key()
        lower = each.name.lower()
        if not each.name.strip():
            walk.warning(key, "a collection without a name", "model_inputs")
        if lower != each.name:
            text = (
                f"the official SDK never collects for Collector({shown(each.name)}) beside a "
                "config file: it looks names up in that file in lower case"
            )
            walk.warning(key, text, f"{shown(lower)}, here and in the script")
        if lower in seen:
            first = shown(seen[lower])
            text = f"collection {shown(each.name)} is {first} in another case, and is never used"
            walk.warning(key, text, "one of them")
        seen.setdefault(lower, each.name)


def _warn_of_secret_headers(walk: Walk, deployment: Deployment) -> None:
    for at, header in enumerate(deployment.capture_headers):
        if is_secret(header):
            text = (
                f"the header {shown(header)} is not captured: headers with such names hold secrets"
            )
            valid = "remove it, or also name it in payload.forced_headers of the agent's settings"
            keys = (COLLECTOR, "request_logging", "capture_headers", str(at))
            walk.warning(walk.fields[keys], text, valid)


def _warn_of_templates(walk: Walk) -> None:
    for field in walk.fields.values():
        if field.keys[0] not in ("name", "endpoint_name", COLLECTOR):
            continue
        for each in (field.at_key(), field):
            value = walk.scalar(each)
            match = _TEMPLATE.search(value) if isinstance(value, str) else None
            if match:
                text = f"{match.group()!r} in {field} was not replaced and is used literally"
                walk.warning(each, text, "a file whose templates have been filled in")
