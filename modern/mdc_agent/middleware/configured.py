"""The payload log that variables describe.

MDC_AGENT_DEPLOYMENT   the deployment file
MDC_AGENT_SETTINGS     the agent's settings file; without it, its defaults
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mdc_core.errors import SettingsError

from ..destinations import DeploymentPlaces, read_settings
from ..metrics import AgentCounts
from ..reading import read_deployment
from .lane_store import LaneStore
from .process_log import ProcessLog

DEPLOYMENT = "MDC_AGENT_DEPLOYMENT"
SETTINGS = "MDC_AGENT_SETTINGS"


def log_of(deployment_path: str, settings_path: str | None = None) -> ProcessLog:
    """Return a payload log that follows these files.

    Args:
        deployment_path: the deployment file.
        settings_path: the agent's settings file; its defaults where None is given.

    Raises:
        SettingsError: a file makes no sense, or a place is not known.
    """
    settings = read_settings(settings_path)
    places = DeploymentPlaces(read_deployment(Path(deployment_path)), settings)
    counts = AgentCounts()
    return ProcessLog(
        places.deployment,
        settings.payload_settings(),
        lambda: LaneStore(places.deployment, places, settings, counts),
        counts,
    )


def configured_log(environ: Mapping[str, str] = os.environ) -> ProcessLog:
    """Return the log that the variables describe: one for equal variables.

    Raises:
        SettingsError: there is no deployment file, or see `log_of`.
    """
    deployment = environ.get(DEPLOYMENT)
    if not deployment:
        raise SettingsError(f"{DEPLOYMENT} is not set; valid: the path of a deployment file")
    return _log_of(deployment, environ.get(SETTINGS) or None)


_log_of = cache(log_of)
