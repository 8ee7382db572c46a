"""The agent's settings file, and where each collection goes."""

from __future__ import annotations

from .collection_place import CollectionPlace
from .datastore_path import DatastorePath, parse_datastore_path
from .places import DeploymentPlaces
from .settings import Address, AgentSettings, Datastore, RowSettings
from .settings_file import read_settings

__all__ = [
    "Address",
    "AgentSettings",
    "CollectionPlace",
    "Datastore",
    "DatastorePath",
    "DeploymentPlaces",
    "RowSettings",
    "parse_datastore_path",
    "read_settings",
]
