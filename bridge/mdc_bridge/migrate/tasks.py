"""A unit of work as it travels to another process or machine."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Union

from mdc_core.storage import Folder, parse_storage

from ..archive.places import LeftOut
from ..arguments import AnyPath, place_text
from ..files import Files, open_files
from ..progress import Count, silent
from .conversion import convert_unit
from .ledger import UnitReport
from .unit_files import UnreadableUnitError
from .units import Unit

# Rows, data, line and what waits for the file are in memory at once, for one line at most.
_MEMORY_PER_LONGEST = 16


Outcome = Union[UnitReport, LeftOut]


class Place(NamedTuple):
    """A tree of files by a text that means the same in every process.

    The text may hold a secret, which no `repr` shows.
    """

    text: str
    setting: str
    container: str

    @classmethod
    def of(cls, place: AnyPath, setting: str, container: str) -> Place:
        """Return the tree that a user names; a folder by its absolute path.

        Raises:
            SettingsError: see `open_files`.
        """
        text = place_text(place)
        storage = parse_storage(text, setting)
        return cls(str(storage) if isinstance(storage, Folder) else text, setting, container)

    def __repr__(self) -> str:
        return f"Place({parse_storage(self.text, self.setting)}, {self.container!r})"

    def open(self) -> Files:
        """Return the tree of files; the same one to every caller of this process."""
        return _opened(self)


class Task(NamedTuple):
    """One unit, and all that is needed to convert it.

    Attributes:
        unit: the unit.
        source: the archive.
        destination: where the lines go.
        memory: bytes that a process may use for rows.
    """

    unit: Unit
    source: Place
    destination: Place
    memory: int

    def run(self, count: Count = silent) -> Outcome:
        """Convert the unit; for arguments and errors see `convert_unit`.

        Returns:
            its report, or what of it cannot be read.
        """
        destination = self.destination.open()
        longest = self.memory // _MEMORY_PER_LONGEST
        try:
            with destination.scratch() as scratch:
                source = self.source.open()
                return convert_unit(self.unit, source, destination, scratch, longest, count)
        except UnreadableUnitError as error:
            return LeftOut(error.path, str(error), is_unreadable=True)


@lru_cache(maxsize=8)
def _opened(place: Place) -> Files:
    return open_files(*place)
