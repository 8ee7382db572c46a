"""Data assets: for each collection what Azure's client would register, under the same name.

Source: `OnlineDeploymentOperations._register_collection_data_assets` of azure-ai-ml 1.35, which
registers them before it creates a deployment.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import yaml

from mdc_core.errors import SettingsError

from .deployment import DeployedCollection
from .destinations.datastore_path import parse_datastore_path
from .destinations.places import path_of
from .destinations.workspace import call_client, client_of
from .reading import Reading

SCHEMA = "https://azuremlschemas.azureedge.net/latest/data.schema.json"
FOLDER = "uri_folder"

REGISTERED = "registered"
THERE = "there"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class DataAsset:
    """One data asset.

    Attributes:
        collection: whose data it is.
        name: `{endpoint}-{deployment}-{collection}`, or what `data.name` says.
        version: `1`, or what `data.version` says.
        path: the folder below which the time folders are, as `azureml://`.
    """

    collection: str
    name: str
    version: str
    path: str

    def content(self) -> dict[str, str]:
        """Return the keys and values of its file."""
        return {
            "$schema": SCHEMA,
            "type": FOLDER,
            "name": self.name,
            "version": self.version,
            "path": self.path,
        }

    def yaml(self) -> str:
        """Return the file that `az ml data create -f` takes."""
        text: str = yaml.safe_dump(self.content(), sort_keys=False, allow_unicode=True, width=1000)
        return text


@dataclass(frozen=True)
class Registration:
    """What became of an asset in a workspace.

    Attributes:
        asset: that was wanted.
        outcome: `registered`; `there`: it was there before, with this path; or `elsewhere`: with
            another path, which cannot be changed.
        path: that the workspace has.
    """

    asset: DataAsset
    outcome: str
    path: str


def data_assets(reading: Reading) -> list[DataAsset]:
    """Return the data assets of a deployment, in the order of its collections.

    Raises:
        SettingsError: the deployment is refused, or a path is not one of a datastore.
    """
    deployment = reading.accepted()
    return [
        DataAsset(
            each.name,
            each.data_name or f"{deployment.endpoint}-{deployment.name}-{each.name}",
            each.data_version,
            _path(reading, each),
        )
        for each in deployment.collections
    ]


def register(assets: list[DataAsset], workspace: str) -> list[Registration]:
    """Register assets, as Azure's client does: what already exists is taken as it is.

    Args:
        assets: to register.
        workspace: `subscription/resource group/workspace`.

    Raises:
        SettingsError: the workspace cannot be reached, or refuses one.
    """
    client = client_of(workspace)
    return [_register(client, each) for each in assets]


def _path(reading: Reading, each: DeployedCollection) -> str:
    path, _ = path_of(reading, each)
    # As it is written, unless it would lead elsewhere than the data.
    written = (each.data_path or "").strip()
    return written if written.rstrip("/").endswith(f"/paths/{path.path}") else str(path)


def _register(client: Any, asset: DataAsset) -> Registration:
    data_class = importlib.import_module("azure.ai.ml.entities").Data

    def create_or_get() -> tuple[str, Any]:
        wanted = data_class(name=asset.name, version=asset.version, path=asset.path, type=FOLDER)
        try:
            return REGISTERED, client.data.create_or_update(wanted)
        except Exception as error:
            # The client has no class for it, and looks for these words itself.
            if "already exists" not in str(error):
                raise
            return THERE, client.data.get(asset.name, asset.version)

    outcome, found = call_client(f"the data asset {asset.name}:{asset.version}", create_or_get)
    if outcome == THERE and not _same_path(str(found.path), asset.path):
        outcome = ELSEWHERE
    return Registration(asset, outcome, str(found.path))


def _same_path(one: str, other: str) -> bool:
    try:
        first, second = parse_datastore_path(one), parse_datastore_path(other)
    except SettingsError:
        return one.rstrip("/") == other.rstrip("/")
    # The workspace gives the long form of what was given in the short one.
    return (first.datastore, first.path) == (second.datastore, second.path)
