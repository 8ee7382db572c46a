"""`mdc-agent check`: what a deployment file means to Azure's client and to the agent."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from mdc_core.errors import SettingsError

from ..destinations import DeploymentPlaces, read_settings
from ..reading import ERROR, Reading, read_deployment
from .console import note, print_json, say
from .exits import FAILED, FINDINGS, FINE
from .options import AsJson, DeploymentArgument, SettingsOption


def check(
    deployment: DeploymentArgument, settings: SettingsOption = None, as_json: AsJson = False
) -> None:
    """Check a deployment file: what Azure's client refuses, and what would be wrong with its data.

    With --settings it also says where each collection goes, and which datastores are not known.

    Each remark names its line. A warning is about something that the agent accepts but Azure's
    client may refuse, or whose data would not be found or matched. An error is about something
    that neither accepts.

    Exit codes: 0 no remarks, 1 warnings, 2 the file is refused by both or cannot be read, or a
    datastore is not known.
    """
    reading = read_deployment(deployment)
    places, wrong = _places(reading, settings)
    is_refused = reading.deployment is None
    if as_json:
        print_json(
            {
                "source": reading.source,
                "taken_by_agent": not is_refused,
                "taken_by_azure": not reading.refused_by_azure,
                "deployment": reading.deployment and asdict(reading.deployment),
                "remarks": [asdict(remark) for remark in reading.remarks],
                "places": places,
                "errors": wrong,
            }
        )
    else:
        for text in [*(each.at(reading.source) for each in reading.remarks), *wrong]:
            say(text)
        for collection, place in places.items():
            note(f"{collection}: {place}")
        note(_summary(reading))
    found = FINDINGS if reading.remarks else FINE
    raise typer.Exit(FAILED if wrong or is_refused else found)


def _places(reading: Reading, settings: Path | None) -> tuple[dict[str, str], list[str]]:
    """Return where each collection goes, and what is wrong with that, by the settings if any."""
    if settings is None or reading.deployment is None:
        return {}, []
    read = read_settings(settings)
    try:
        places = DeploymentPlaces(reading, read)
    except SettingsError as error:
        return {}, str(error).splitlines()
    enabled = (each.name for each in reading.deployment.collections if each.enabled)
    return {name: str(places(name)) for name in enabled}, []


def _summary(reading: Reading) -> str:
    errors = sum(remark.severity == ERROR for remark in reading.remarks)
    warnings = len(reading.remarks) - errors
    by_azure = "refused" if reading.refused_by_azure else "accepted"
    by_agent = "refused" if reading.deployment is None else "accepted"
    return (
        f"{reading.source}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}; "
        f"{by_agent} by the agent, {by_azure} by Azure's client"
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
