"""`mdc-agent check`: what a deployment file means to Azure's client and to the agent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from ..reading import ERROR, Reading, read_deployment
from .console import note, print_json, say
from .exits import FAILED, FINDINGS, FINE
from .options import AsJson, Deployment


def check(deployment: Deployment, as_json: AsJson = False) -> None:
    """Say what of a deployment file Azure's client refuses, and what its data would lack.

    Each remark has its line. A warning is about what the agent takes: Azure's client may refuse it,
    or the data would not be found or matched. An error is about what neither takes.

    Exit codes: 0 nothing is to be said, 1 there are warnings, 2 the file is refused by both, or
    cannot be read.
    """
    reading = read_deployment(deployment)
    if as_json:
        print_json(_as_json(reading))
    else:
        for remark in reading.remarks:
            say(remark.at(reading.source))
        note(_summary(reading))
    raise typer.Exit(_exit_code(reading))


def _exit_code(reading: Reading) -> int:
    if reading.deployment is None:
        return FAILED
    return FINDINGS if reading.remarks else FINE


def _summary(reading: Reading) -> str:
    errors = sum(remark.severity == ERROR for remark in reading.remarks)
    warnings = len(reading.remarks) - errors
    taken = "refused" if reading.refused_by_azure else "taken"
    by_agent = "refused" if reading.deployment is None else "taken"
    return (
        f"{reading.source}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}; "
        f"{by_agent} by the agent, {taken} by Azure's client"
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _as_json(reading: Reading) -> dict[str, Any]:
    return {
        "source": reading.source,
        "taken_by_agent": reading.deployment is not None,
        "taken_by_azure": not reading.refused_by_azure,
        "deployment": None if reading.deployment is None else asdict(reading.deployment),
        "remarks": [asdict(remark) for remark in reading.remarks],
    }
