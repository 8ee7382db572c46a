"""Places for tests: a folder, and an account through a spool."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.destinations import Destination, FolderDestination
from mdc_core.destinations.account import StorageAccountDestination
from mdc_core.storage import ConnectionString


@dataclass(frozen=True)
class FolderPlace:
    """A folder of this machine."""

    root: Path
    collection: str

    @property
    def key(self) -> str:
        return str(self.root)

    @property
    def folder(self) -> str:
        return f"modelDataCollector/ep/blue/{self.collection}"

    @property
    def raw_folder(self) -> str:
        return "modelDataCollector/ep/blue"

    def files(self, spool: Path) -> Path:
        return self.root

    def make(self, spool: Path, max_bytes: int, interval: float) -> Destination:
        return FolderDestination(self.root)


@dataclass(frozen=True)
class AccountPlace:
    """A container of a storage account."""

    connection: str
    container: str
    collection: str

    @property
    def key(self) -> str:
        return self.container

    @property
    def folder(self) -> str:
        return f"modelDataCollector/ep/blue/{self.collection}"

    @property
    def raw_folder(self) -> str:
        return "modelDataCollector/ep/blue"

    def files(self, spool: Path) -> Path:
        return spool / self.container

    def make(self, spool: Path, max_bytes: int, interval: float) -> Destination:
        account = ConnectedAccount(ConnectionString(self.connection))
        return StorageAccountDestination(
            account, self.container, self.files(spool), max_bytes, interval
        )
