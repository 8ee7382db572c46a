"""Which tree of files a text names."""

from __future__ import annotations

from mdc_core.delivery.azure import Account
from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT
from mdc_core.storage import Folder, Memory, parse_storage

from ..arguments import AnyPath, place_text
from .account import AccountFiles
from .base import Files
from .folder import FolderFiles

# With growing waits, together 17 seconds.
_RETRIES = 3


def open_files(place: AnyPath, setting: str, container: str = CSV_ROOT) -> Files:
    """Return the tree of files that a text names.

    Args:
        place: a folder, `file://` URL, connection string or account URL; a `Path` is a folder.
        setting: the argument or option it came from, named in errors.
        container: in a storage account.

    Raises:
        SettingsError: when `place` is none of these; secrets in it are not repeated.
    """
    storage = parse_storage(place_text(place), setting)
    if isinstance(storage, Folder):
        return FolderFiles(storage.path)
    if isinstance(storage, Memory):
        raise SettingsError(f"{setting}: memory:// ends with its process; name a folder")
    return AccountFiles(Account(storage, setting, _RETRIES), container)
