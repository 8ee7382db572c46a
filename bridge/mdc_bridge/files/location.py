"""Where a tree of files is, as it travels to another process or machine."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mdc_core.storage import Folder, parse_storage

from ..arguments import AnyPath, place_text
from .base import Files
from .opening import open_files


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
