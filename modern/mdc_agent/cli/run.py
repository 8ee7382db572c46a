"""`mdc-agent run`: serves."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Annotated

import typer

from ..destinations import read_settings
from ..reading import read_deployment
from ..reading.sdk_config_file import refuse_local_beside, write_sdk_config
from .options import Settings


def run(
    deployment: Annotated[
        Path, typer.Option("--deployment", metavar="YAML", help="The deployment file to follow.")
    ],
    settings: Settings = None,
) -> None:
    """Receive events and log payloads as a deployment file says, until it is told to stop.

    SIGTERM and Ctrl-C end it after what was accepted is written, SIGHUP reads both files again.

    Exit codes: 0 it was told to stop, 2 it could not start.
    """
    read = read_settings(settings)
    refuse_local_beside(os.environ, read.sdk_config)
    reading = read_deployment(deployment)
    if reading.deployment is not None and read.sdk_config is not None:
        write_sdk_config(reading.deployment, read.sdk_config)
    # Not imported above: the other commands need none of its packages.
    service = importlib.import_module("mdc_agent.service")
    raise typer.Exit(service.run(deployment, read))
