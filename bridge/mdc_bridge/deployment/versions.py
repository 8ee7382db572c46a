"""Versions of an `AksEndpoint`: `create_version` and `update_version`, each with its traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .old_service import OldDeployment
from .remarks import FILL_IN, Remarks
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
    return [
        (str(each.argument("version_name", 0)), each)
        for each in made
        if each.maker in VERSION_CALLS and each.origin not in others
    ]


def settings_of(call: Made) -> dict[str, Any]:
    """Return the settings that a call gives a version."""
    given = {name: value for name, value in call.keywords.items() if name not in _NOT_SETTINGS}
    if call.positional:
        given.setdefault("version_name", call.positional[0])
    return {name: value for name, value in given.items() if value is not None}


def derived(old: OldDeployment) -> OldDeployment:
    """Return a deployment that goes out from another one, to be changed by itself."""
    return replace(
        old,
        settings=dict(old.settings or {}),
        leftovers=dict(old.leftovers),
        variables=dict(old.variables),
        models=list(old.models),
        notes=[],
        versions=[],
    )


def remark_on_traffic(
    versions: Sequence[tuple[str, OldDeployment]], endpoint: str, remarks: Remarks
) -> None:
    """Remark on how the requests were shared between the versions.

    Args:
        versions: name of the deployment, and what it was.
        endpoint: name of the endpoint.
        remarks: takes the remark.
    """
    percents = [(name, (old.settings or {}).get("traffic_percentile")) for name, old in versions]
    if all(percent is None for _, percent in percents):
        return
    shares = {
        name: FILL_IN if percent is None else remarks.known(f"traffic of {name}", percent)
        for name, percent in percents
    }
    given = " ".join(f"{name}={percent}" for name, percent in shares.items())
    remarks.lost(
        "traffic_percentile",
        "traffic is set once the deployments exist: az ml online-endpoint update "
        f'--name {endpoint} --traffic "{given}"',
    )
