"""Which destination the settings ask for, as factories: every process makes its own."""

from __future__ import annotations

import logging
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Callable, Optional

from .destinations import (
    Destination,
    FolderDestination,
    LocalCaptureDestination,
    MemoryDestination,
)
from .errors import SettingsError
from .settings import Settings
from .storage import AccountUrl, ConnectionString, Folder, Memory, Storage
from .storage_account import identity, same_host

logger = logging.getLogger("mdc_core")

MakeDestination = Callable[[], Destination]


def for_lines(settings: Settings) -> Optional[MakeDestination]:
    """Return what makes the destination of JSONL lines, None where none is asked for.

    On an online endpoint, where the new SDK's variables ask and `MDC_STORAGE` does not say
    otherwise, that is Azure's collector.

    Raises:
        SettingsError: lines are asked for, and there is nowhere to write them to.
    """
    if not (settings.jsonl or settings.collector):
        return None
    if settings.jsonl_storage is not None:
        return _for_storage(settings, settings.jsonl_storage)
    if settings.rules.local_capture:
        return LocalCaptureDestination
    if settings.rules.asked:
        return partial(_collector, settings)
    raise SettingsError(
        "there is nowhere to write JSONL to: set MDC_STORAGE to a folder or a storage account"
    )


def for_rows(settings: Settings) -> Optional[MakeDestination]:
    """Return what makes the destination of CSV rows, None where none is asked for.

    Raises:
        SettingsError: rows are asked for, and there is nowhere to write them to.
    """
    if not settings.csv:
        return None
    if settings.csv_storage is None:
        raise SettingsError(
            "there is nowhere to write CSV to: "
            "set AML_MODEL_DC_STORAGE or MDC_STORAGE to a folder or a storage account"
        )
    return _for_storage(settings, settings.csv_storage)


@lru_cache(maxsize=None)
def memory_destination(name: str) -> MemoryDestination:
    """Return this process's in-memory destination of a name."""
    return MemoryDestination(name)


def _for_storage(settings: Settings, storage: Storage) -> MakeDestination:
    if isinstance(storage, Folder):
        return partial(FolderDestination, storage.path)
    if isinstance(storage, Memory):
        return partial(memory_destination, storage.name)
    return partial(_storage_account, settings, storage)


def _storage_account(settings: Settings, storage: ConnectionString | AccountUrl) -> Destination:
    from .delivery.azure import ConnectedAccount
    from .destinations.account import StorageAccountDestination

    account = ConnectedAccount(storage)
    lacking = account.shortcoming()
    if lacking:
        logger.error("mdc-bridge: %s", lacking)
    return StorageAccountDestination(
        account,
        settings.container,
        _spool_of(settings, f"{identity(storage)}/{settings.container}"),
        settings.spool_bytes,
        settings.delivery_interval,
    )


def _collector(settings: Settings) -> Destination:
    from .destinations.collector import CollectorDestination

    host, port = settings.collector_host, settings.collector_port
    return CollectorDestination(
        host,
        port,
        # As with the official SDK, a config file decides alone, and it knows no compact format.
        settings.compact and settings.rules.listed is None,
        _spool_of(settings, f"{same_host(host)}:{port}"),
        settings.spool_bytes,
        settings.delivery_interval,
    )


def _spool_of(settings: Settings, destination: str) -> Path:
    """Return the part of the spool that belongs to one destination, however it is written."""
    return settings.spool / sha256(destination.encode()).hexdigest()[:16]
