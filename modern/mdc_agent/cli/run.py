"""`mdc-agent run`: serves."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..destinations import read_settings
from .options import Settings


def run(
    deployment: Annotated[
        Path, typer.Option("--deployment", metavar="YAML", help="The deployment file to follow.")
    ],
    settings: Settings = None,
    storage: Annotated[
        Optional[str],
        typer.Option(
            metavar="PLACE",
            help="What workspaceblobstore is here: a folder, an account's URL or connection "
            "string; MDC_STORAGE says it as well.",
        ),
    ] = None,
    events: Annotated[
        Optional[str],
        typer.Option(metavar="HOST:PORT", help="Where the SDKs send to: 127.0.0.1:50011."),
    ] = None,
    listen: Annotated[
        Optional[str],
        typer.Option(metavar="HOST:PORT", help="Log payloads of clients that connect here."),
    ] = None,
    upstream: Annotated[
        Optional[str],
        typer.Option(metavar="HOST:PORT", help="The scoring server behind it: 127.0.0.1:5001."),
    ] = None,
    spool: Annotated[
        Optional[str],
        typer.Option(metavar="FOLDER", help="Where events wait for a storage account."),
    ] = None,
) -> None:
    """Receive events and log payloads as a deployment file says, until it is told to stop.

    SIGTERM and Ctrl-C end it after what was accepted is written, SIGHUP reads both files again.
    Options come before the settings file.

    Exit codes: 0 it was told to stop, 2 it could not start.
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
