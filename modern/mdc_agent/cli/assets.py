"""`mdc-agent assets`: the data assets of a deployment's collections."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from mdc_core.errors import SettingsError, StoreError
from mdc_core.names import legal_segment

from ..assets import ELSEWHERE, REGISTERED, DataAsset, Registration, data_assets, register
from ..destinations import read_settings
from ..reading import read_deployment
from .console import note, print_json, say
from .exits import FINDINGS, FINE
from .options import AsJson, DeploymentArgument, SettingsOption


def assets(
    deployment: DeploymentArgument,
    out: Annotated[
        Optional[Path],
        typer.Option(
            "--out", metavar="FOLDER", help="Write a file for each collection to this folder."
        ),
    ] = None,
    registers: Annotated[
        bool,
        typer.Option("--register", help="Register them in the workspace named in the settings."),
    ] = False,
    settings: SettingsOption = None,
    as_json: AsJson = False,
) -> None:
    """Print the data asset that Azure's client would register for each collection.

    Each is a file for `az ml data create -f`. With --register they are registered with
    azure-ai-ml, which the extra azure installs.

    Exit codes: 0 done, 1 an asset with that name exists with another path, 2 failed.
    """
    reading = read_deployment(deployment)
    listed = data_assets(reading)
    for remark in reading.remarks:
        note(remark.at(reading.source))
    if out is not None:
        _write(listed, out)
    registered: list[Registration] = []
    if registers:
        read = read_settings(settings)
        if not read.workspace:
            raise SettingsError(
                f"{read.source} names no workspace; valid: workspace: SUBSCRIPTION/GROUP/WORKSPACE"
            )
        registered = register(listed, read.workspace)
    if as_json:
        contents = [{"collection": each.collection, "file": each.content()} for each in listed]
        print_json({"assets": contents, "registered": list(map(asdict, registered))})
    elif registers:
        for each in registered:
            say(_outcome(each))
    elif out is None:
        say("# az ml data create -f FILE, one document for each file")
        say("---\n".join(each.yaml() for each in listed).rstrip("\n"))
    is_elsewhere = any(each.outcome == ELSEWHERE for each in registered)
    raise typer.Exit(FINDINGS if is_elsewhere else FINE)


def _outcome(each: Registration) -> str:
    verb = "registered" if each.outcome == REGISTERED else "already exists"
    other = f", with another path; wanted {each.asset.path}" if each.outcome == ELSEWHERE else ""
    return f"{each.asset.name}:{each.asset.version} {verb}: {each.path}{other}"


def _write(assets: list[DataAsset], out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for asset in assets:
            path = out / f"{legal_segment(asset.collection)}.yaml"
            path.write_text(asset.yaml(), encoding="utf-8")
            note(f"{path} written")
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}") from error
