"""Which place a collection of a deployment has, by the datastores that are known."""

from __future__ import annotations

import functools
from collections.abc import Callable

from mdc_core.errors import SettingsError
from mdc_core.layouts import JSONL_ROOT, collection_folder, deployment_folder
from mdc_core.names import legal_segment
from mdc_core.redaction import shown

from ..deployment import FAILURES, PAYLOAD_COLLECTIONS, DeployedCollection
from ..reading import Reading
from .collection_place import CollectionPlace
from .datastore_path import DEFAULT_DATASTORE, DatastorePath, parse_datastore_path
from .settings import AgentSettings, Datastore
from .workspace import ask_datastore

Ask = Callable[[str, str], Datastore]


def path_of(reading: Reading, collection: DeployedCollection) -> tuple[DatastorePath, str]:
    """Return the path of a collection, and the place in the file that sets it.

    Raises:
        SettingsError: the deployment is refused, or the path is not one of a datastore.
    """
    deployment = reading.accepted()
    keys = ("data_collector", "collections", collection.name)
    if collection.data_path is None:
        folder = collection_folder(deployment.endpoint, deployment.name, collection.name)
        path = DatastorePath(DEFAULT_DATASTORE, f"{JSONL_ROOT}/{folder}")
        return path, reading.position(*keys)
    where = reading.position(*keys, "data", "path")
    try:
        return parse_datastore_path(collection.data_path), where
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from error


class DeploymentPlaces:
    """The places of all collections of a deployment.

    Args:
        reading: the deployment, and where in its file each path stands.
        settings: with the datastores.
        ask: asks a workspace for a datastore that is not listed.

    Attributes:
        deployment: whose collections these are.

    Raises:
        SettingsError: a path makes no sense, or its datastore is not known; all of them are named,
            with their lines.
    """

    def __init__(self, reading: Reading, settings: AgentSettings, ask: Ask = ask_datastore) -> None:
        self._reading = reading
        self.deployment = reading.accepted()
        self._settings = settings
        self._ask = functools.cache(ask)
        self._places: dict[str, CollectionPlace] = {}
        wrong = []
        for each in self.deployment.collections:
            try:
                if each.enabled:
                    self._places[each.name.lower()] = self._find(each.name)
            except SettingsError as error:
                wrong.append(str(error))
        if wrong:
            raise SettingsError("\n".join(wrong))

    def __call__(self, collection: str) -> CollectionPlace:
        """Return the place of a collection, by its name in any case.

        Raises:
            SettingsError: the collection is not listed, and there is no place for it.
        """
        name = collection.lower()
        if name not in self._places:
            self._places[name] = self._find(collection)
        return self._places[name]

    def _find(self, collection: str) -> CollectionPlace:
        path, client_id, where = self._path(collection)
        datastore = self._datastore(path, client_id, where)
        names = (self.deployment.endpoint, self.deployment.name)
        listed = self.deployment.collection(collection)
        own = collection_folder(*names, listed.name if listed else collection)
        # Never among the time folders, which readers take for lines.
        if path.path == own or path.path.endswith(f"/{own}"):
            raw_folder = path.path.rpartition("/")[0]
        else:
            raw_folder = f"{path.path}/{deployment_folder(*names)}"
        return CollectionPlace(
            datastore, path.path, raw_folder, client_id or datastore.client_id, where
        )

    def _path(self, collection: str) -> tuple[DatastorePath, str | None, str]:
        """Return the path of a collection, the identity that writes, and the line that sets it."""
        listed = self.deployment.collection(collection)
        if listed is None and collection == FAILURES:
            beside = self._beside_payloads()
            if beside is not None:
                return beside
        if listed is None:
            listed = DeployedCollection(collection, False)
        path, where = path_of(self._reading, listed)
        return path, listed.client_id, where

    def _beside_payloads(self) -> tuple[DatastorePath, str | None, str] | None:
        """Return the place of what has none of its own: beside the payloads that have a path."""
        for name in PAYLOAD_COLLECTIONS:
            listed = self.deployment.collection(name)
            if listed is not None and listed.enabled and listed.data_path is not None:
                path, client_id, where = self._path(name)
                parent, slash, last = path.path.rpartition("/")
                own = FAILURES if last == legal_segment(name) else f"{last}-{FAILURES}"
                return path._replace(path=f"{parent}{slash}{own}"), client_id, where
        return None

    def _datastore(self, path: DatastorePath, client_id: str | None, where: str) -> Datastore:
        known = self._settings.datastores
        workspace = self._settings.workspace
        is_own = not path.workspace or not workspace or path.workspace.lower() == workspace.lower()
        listed = known.get(f"azureml://{path.long_name}".lower()) if path.workspace else None
        if listed is None and is_own:
            listed = known.get(path.datastore)
        if listed is None:
            listed = self._asked_for(path.workspace or workspace, path, where)
        if client_id and listed.has_own_credential:
            raise SettingsError(
                f"{where}: the collection has a client_id, and its datastore {path.datastore} is "
                f"given with a key or signature in {self._settings.source}; valid: one of them"
            )
        return listed

    def _asked_for(self, workspace: str, path: DatastorePath, where: str) -> Datastore:
        if self._settings.workspace:
            try:
                return self._ask(workspace, path.datastore)
            except SettingsError as error:
                raise SettingsError(
                    f"{where}: the datastore {path.datastore} is not listed in "
                    f"{self._settings.source}, and {error}"
                ) from error
        name = f"azureml://{path.long_name}" if path.workspace else path.datastore
        is_default = path.datastore == DEFAULT_DATASTORE and not path.workspace
        options = "--storage or MDC_STORAGE, or " if is_default else ""
        there = ", ".join(sorted(self._settings.datastores)) or "none"
        raise SettingsError(
            f"{where}: the datastore {shown(name)} is not known; valid: {options}an entry below "
            f"datastores in {self._settings.source} (there: {there}), or, with "
            f"workspace: SUBSCRIPTION/GROUP/WORKSPACE there, a datastore of that workspace"
        )
