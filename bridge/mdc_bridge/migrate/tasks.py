"""A unit of work as it travels to another process or machine."""

from __future__ import annotations

from typing import NamedTuple, Union

from ..archive.places import LeftOut
from ..files.location import Location
from ..progress import Count, silent
from ..texts import counted
from .conversion import convert_unit
from .ledger import UnitReport
from .unit_files import UnreadableUnitError
from .units import Unit

# Rows, data, line and what waits for the file are in memory at once, for one line at most.
_MEMORY_PER_LONGEST = 16


Outcome = Union[UnitReport, LeftOut]


class Task(NamedTuple):
    """One unit, and all that is needed to convert it.

    Attributes:
        unit: the unit.
        source: the archive.
        destination: where the lines go.
        memory: bytes that a process may use for rows.
    """

    unit: Unit
    source: Location
    destination: Location
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
            reason = str(error)
            others = len(self.unit.files) - 1
            if others:
                reason += f"; {counted(others, 'file')} beside it not converted either"
            return LeftOut(error.path, reason, is_unreadable=True)
