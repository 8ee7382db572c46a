"""`mdc-agent config`: the SDK's config file for the scoring container."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..destinations import read_settings
from ..reading import read_deployment
from ..sdk_config_file import has_custom, sdk_config, variables, write_sdk_config
from .console import note, print_json, say
from .options import AsJson, DeploymentArgument, SettingsOption


def config(
    deployment: DeploymentArgument,
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
    settings: SettingsOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the SDK's config file and list the variables that the scoring container needs.

    Both the official SDK and ours read it. It lists the enabled collections and their rates.

    Exit codes: 0 it was written, 2 the deployment is refused or the file cannot be written.
    """
    read = read_settings(settings)
    reading = read_deployment(deployment)
    accepted = reading.accepted()
    if out is not None:
        write_sdk_config(accepted, out)
    path = Path(seen_as or (out.absolute() if out else "PATH"))
    environ = variables(accepted, read.listen.host, read.listen.port, path)
    content = sdk_config(accepted)
    if as_json:
        print_json({"config": content, "variables": environ})
    else:
        if out is None:
            say(json.dumps(content, indent=2))
        for name, value in environ.items():
            (note if out is None else say)(f"{name}={value}")
    for remark in reading.remarks:
        note(remark.at(reading.source))
    if not has_custom(accepted):
        note(
            f"{reading.source}: warning: only request and response are enabled, so a Collector "
            "in the script collects nothing"
        )
    if read.token():
        note(
            f"{read.source}: warning: a token is required, but the official SDK sends none; "
            "valid: a loopback address without a token, in the same pod"
        )
