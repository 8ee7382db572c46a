"""Options and arguments that several subcommands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

DeploymentArgument = Annotated[
    Path,
    typer.Argument(metavar="DEPLOYMENT", help="A deployment YAML, or the SDK's mdc-config.json."),
]
SettingsOption = Annotated[
    Optional[Path],
    typer.Option("--settings", metavar="YAML", help="The agent's settings file, agent.yaml."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
