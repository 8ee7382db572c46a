"""Versions of an `AksEndpoint`: `create_version` and `update_version`, each with its traffic."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from .old_service import OldDeployment
from .remarks import FILL_IN, Remarks, is_unknown
from .seen import Made

CREATES, UPDATES, DELETES = ".create_version", ".update_version", ".delete_version"
VERSION_CALLS = (CREATES, UPDATES, DELETES)
_NOT_SETTINGS = ("models", "inference_config", "is_default", "is_control_version_type")


def versions_of(made: Sequence[Made], deployed: Sequence[Made]) -> list[tuple[str, Made]]:
    """Return the calls that make or change versions of one endpoint, with the version's name.

    Args:
        made: what the code's calls made.
        deployed: the calls that deploy the chosen service, and others; a call on what another one
            returned is of another endpoint.
    """
    others = [each for each in made if each.maker == "Model.deploy" and each not in deployed]
    found = []
    for each in made:
        if each.maker in VERSION_CALLS and each.origin not in others:
            name = each.argument("version_name", 0)
            found.append((name if isinstance(name, str) else str(name), each))
    return found


def settings_of(call: Made) -> dict[str, Any]:
    """Return the settings that a call gives a version."""
    given = {name: value for name, value in call.keywords.items() if name not in _NOT_SETTINGS}
    if call.positional:
        given.setdefault("version_name", call.positional[0])
    return {name: value for name, value in given.items() if value is not None}


def derived(old: OldDeployment) -> OldDeployment:
    """Return a deployment that goes out from another one, to be changed by itself."""
    made = copy(old)
    made.settings = dict(old.settings or {})
    made.leftovers, made.variables = dict(old.leftovers), dict(old.variables)
    made.models, made.notes, made.versions = list(old.models), [], []
    return made


def say_traffic(
    versions: Sequence[tuple[str, OldDeployment]], endpoint: str, remarks: Remarks
) -> None:
    """Remark on how the requests were shared between the versions.

    Args:
        versions: name of the deployment, and what it was.
        endpoint: name of the endpoint.
        remarks: takes the remark.
    """
    shares = {}
    for name, old in versions:
        percent = (old.settings or {}).get("traffic_percentile")
        if is_unknown(percent):
            percent = remarks.known(f"traffic of {name}", percent)
        shares[name] = FILL_IN if percent is None else percent
    if all((old.settings or {}).get("traffic_percentile") is None for _, old in versions):
        return
    given = " ".join(f"{name}={percent}" for name, percent in shares.items())
    remarks.lost(
        "traffic_percentile",
        "traffic is set once the deployments exist: az ml online-endpoint update "
        f'--name {endpoint} --traffic "{given}"',
    )
