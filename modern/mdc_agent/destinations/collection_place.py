"""Where the lines of a collection go: a folder in a datastore, reached by somebody."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.destinations import Destination, FolderDestination
from mdc_core.destinations.account import StorageAccountDestination
from mdc_core.storage import AccountUrl, ConnectionString, Folder
from mdc_core.storage_account import endpoint, identity

from .settings import Datastore

logger = logging.getLogger("mdc_agent")


@dataclass(frozen=True)
class CollectionPlace:
    """A `Place` of the store.

    Attributes:
        datastore: what the path's datastore is here.
        folder: of the lines, from the root of the folder or container down; time folders follow.
        raw_folder: likewise, of large and binary bodies.
        client_id: of the user-assigned identity that writes; None for the system's.
        setting: where the datastore was given, for messages.
    """

    datastore: Datastore
    folder: str
    raw_folder: str
    client_id: str | None = None
    setting: str = "datastores"

    def __str__(self) -> str:
        storage = self.datastore.storage
        if isinstance(storage, ConnectionString):
            root = endpoint(storage)
        else:
            root = str(storage).partition("?")[0]
        place = "/".join(filter(None, (root, self.datastore.container, self.folder)))
        return f"{place} as {self.client_id}" if self.client_id else place

    @property
    def key(self) -> str:
        """Equal for what is one destination, reached by one identity; without secrets."""
        storage = self.datastore.storage
        if isinstance(storage, (AccountUrl, ConnectionString)):
            # Whatever its key or signature, it is the same container, with the same spool.
            place = f"{identity(storage)}/{self.datastore.container}"
            return f"{place} as {self.client_id}" if self.client_id else place
        return str(storage)

    def files(self, spool: Path) -> Path:
        """Return the folder in which the destination's segments lie."""
        storage = self.datastore.storage
        if isinstance(storage, Folder):
            return storage.path
        return spool / sha256(self.key.encode()).hexdigest()[:16]

    def make(self, spool: Path, max_bytes: int, interval: float) -> Destination:
        """Return the destination, new; see `Place.make`."""
        storage = self.datastore.storage
        if isinstance(storage, (AccountUrl, ConnectionString)):
            account = ConnectedAccount(storage, self.setting, client_id=self.client_id)
            lacking = account.shortcoming()
            if lacking:
                logger.error("mdc-agent: %s", lacking)
            return StorageAccountDestination(
                account, self.datastore.container, self.files(spool), max_bytes, interval
            )
        return FolderDestination(self.files(spool))
