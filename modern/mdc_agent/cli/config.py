"""`mdc-agent config`: the SDK's config file for the scoring container."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Optional

import typer

from mdc_core.errors import SettingsError

from ..deployment import Deployment as ReadDeployment
from ..destinations import AgentSettings, read_settings
from ..reading import Reading, read_deployment
from ..sdk_config_file import has_custom, sdk_config, variables, write_sdk_config
from .console import note, print_json, say
from .options import AsJson, Deployment, Settings


def config(
    deployment: Deployment,
    out: Annotated[
        Optional[Path],
        typer.Option("--out", metavar="PATH", help="Write the file here; default: print it."),
    ] = None,
    seen_as: Annotated[
        Optional[str],
        typer.Option(
            "--seen-as", metavar="PATH", help="The path of the file in the scoring container."
        ),
    ] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Write the SDK's config file and list the variables that the scoring container needs.

    Both the official SDK and ours read it. It lists the enabled collections and their rates.

    Exit codes: 0 it was written, 2 the deployment is refused or the file cannot be written.
    """
    read = read_settings(settings)
    reading = read_deployment(deployment)
    if reading.deployment is None:
        raise SettingsError("\n".join(each.at(reading.source) for each in reading.remarks))
    if out is not None:
        write_sdk_config(reading.deployment, out)
    path = Path(seen_as or (out.absolute() if out else "PATH"))
    found = variables(reading.deployment, read.listen.host, read.listen.port, path)
    content = sdk_config(reading.deployment)
    if as_json:
        print_json({"config": content, "variables": found})
    elif out is None:
        say(json.dumps(content, indent=2))
        _tell_variables(found, note)
    else:
        _tell_variables(found, say)
    for text in _warnings(reading, reading.deployment, read):
        note(text)


def _tell_variables(found: dict[str, str], tell: Callable[[str], None]) -> None:
    for name, value in found.items():
        tell(f"{name}={value}")


def _warnings(reading: Reading, read: ReadDeployment, settings: AgentSettings) -> list[str]:
    warnings = [each.at(reading.source) for each in reading.remarks]
    if not has_custom(read):
        warnings.append(
            f"{reading.source}: warning: only request and response are enabled, so a Collector "
            "in the script collects nothing"
        )
    if settings.token():
        warnings.append(
            f"{settings.source}: warning: a token is required, but the official SDK sends none; "
            "valid: a loopback address without a token, in the same pod"
        )
    return warnings
