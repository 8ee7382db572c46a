"""`mdc-agent run`: serves."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..destinations import read_settings
from .options import SettingsOption


def run(
    deployment: Annotated[
        Path, typer.Option("--deployment", metavar="YAML", help="The deployment file to follow.")
    ],
    settings: SettingsOption = None,
    storage: Annotated[
        Optional[str],
        typer.Option(
            metavar="PLACE",
            help="The datastore workspaceblobstore: a folder, an account's URL or a connection "
            "string. MDC_STORAGE sets it too.",
        ),
    ] = None,
    events: Annotated[
        Optional[str],
        typer.Option(
            metavar="HOST:PORT", help="Address for events of the SDKs; default: 127.0.0.1:50011."
        ),
    ] = None,
    listen: Annotated[
        Optional[str],
        typer.Option(
            metavar="HOST:PORT", help="Log payloads of clients that connect to this address."
        ),
    ] = None,
    upstream: Annotated[
        Optional[str],
        typer.Option(
            metavar="HOST:PORT", help="The scoring server behind it; default: 127.0.0.1:5001."
        ),
    ] = None,
    spool: Annotated[
        Optional[str],
        typer.Option(metavar="FOLDER", help="Folder where events wait for a storage account."),
    ] = None,
) -> None:
    """Receive events and log payloads as a deployment file says, until stopped.

    SIGTERM and Ctrl-C stop it after accepted events are written; SIGHUP reads both files again.
    Options override the settings file.

    Exit codes: 0 stopped, 2 could not start.
    """
    options = {
        "storage": storage,
        "events": events,
        "listen": listen,
        "upstream": upstream,
        "spool": spool,
    }
    given = {name: text for name, text in options.items() if text is not None}
    read = read_settings(settings, given=given)
    # Not imported above: the other commands need none of its packages.
    service = importlib.import_module("mdc_agent.service")
    raise typer.Exit(service.run(deployment, read))
