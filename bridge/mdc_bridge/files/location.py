"""Where a tree of files is: by a text, and as it travels to another process or machine."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mdc_core.delivery.azure import ConnectedAccount
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
    return AccountFiles(ConnectedAccount(storage, setting, _RETRIES), container)


class Location(NamedTuple):
    """A tree of files by a text that means the same in every process.

    The text may hold a secret, which no `repr` shows.
    """

    text: str
    setting: str
    container: str

    @classmethod
    def of(cls, place: AnyPath, setting: str, container: str) -> Location:
        """Return the tree that a user names; a folder by its absolute path.

        Raises:
            SettingsError: see `open_files`.
        """
        text = place_text(place)
        storage = parse_storage(text, setting)
        return cls(str(storage) if isinstance(storage, Folder) else text, setting, container)

    def __repr__(self) -> str:
        return f"Location({parse_storage(self.text, self.setting)}, {self.container!r})"

    def open(self) -> Files:
        """Return the tree of files; the same one to every caller of this process."""
        return _opened(self)


@lru_cache(maxsize=8)
def _opened(location: Location) -> Files:
    return open_files(*location)
