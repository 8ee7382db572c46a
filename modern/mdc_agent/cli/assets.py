"""`mdc-agent assets`: the data assets of a deployment's collections."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from mdc_core.errors import SettingsError, StoreError
from mdc_core.names import legal_segment

from ..assets import ELSEWHERE, DataAsset, Registration, data_assets, register
from ..destinations import read_settings
from ..reading import read_deployment
from .console import note, print_json, say
from .exits import FINDINGS, FINE
from .options import AsJson, Deployment, Settings


def assets(
    deployment: Deployment,
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
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Print the data asset that Azure's client would register for each collection.

    Each is a file for `az ml data create -f`. With --register they are registered with
    azure-ai-ml, which the extra azure installs.

    Exit codes: 0 done, 1 an asset with that name exists with another path, 2 failed.
    """
    reading = read_deployment(deployment)
    found = data_assets(reading)
    for remark in reading.remarks:
        note(remark.at(reading.source))
    if out is not None:
        _write(found, out)
    done: list[Registration] = []
    if registers:
        read = read_settings(settings)
        if not read.workspace:
            raise SettingsError(
                f"{read.source} names no workspace; valid: workspace: SUBSCRIPTION/GROUP/WORKSPACE"
            )
        done = register(found, read.workspace)
    if as_json:
        print_json(
            {"assets": [_as_json(each) for each in found], "registered": list(map(asdict, done))}
        )
    else:
        _tell(found, done, registers or out is not None)
    raise typer.Exit(FINDINGS if any(each.outcome == ELSEWHERE for each in done) else FINE)


def _tell(found: list[DataAsset], done: list[Registration], is_done: bool) -> None:
    for each in done:
        what = f"{each.asset.name}:{each.asset.version}"
        said = "already exists" if each.outcome != "registered" else "registered"
        other = f", with another path; wanted {each.asset.path}"
        say(f"{what} {said}: {each.path}{other if each.outcome == ELSEWHERE else ''}")
    if not is_done:
        for at, asset in enumerate(found):
            say(f"{'---' if at else '# az ml data create -f FILE, one document for each file'}")
            say(asset.yaml().rstrip("\n"))


def _write(found: list[DataAsset], out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for asset in found:
            path = out / f"{legal_segment(asset.collection)}.yaml"
            path.write_text(asset.yaml(), encoding="utf-8")
            note(f"{path} written")
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}") from error


def _as_json(asset: DataAsset) -> dict[str, object]:
    return {"collection": asset.collection, "file": asset.content()}
