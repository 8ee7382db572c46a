"""What is compared, as it travels to another process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Optional

from mdc_core.layouts import CsvFolder

from ..collected.period import ALWAYS, Period
from ..files.location import Location
from .naming import Naming


@dataclass(frozen=True)
class Wanted:
    """Which CSV is compared, and with it what became of it; None is all.

    Attributes:
        service, model: names in its path.
        designations: likewise.
    """

    service: Optional[str] = None
    model: Optional[str] = None
    designations: Optional[frozenset[str]] = None

    def takes(self, folder: CsvFolder) -> bool:
        """Return whether a folder is wanted."""
        return (
            self.service in (None, folder.service)
            and self.model in (None, folder.model)
            and (self.designations is None or folder.designation in self.designations)
        )


class Sides(NamedTuple):
    """What is compared.

    Attributes:
        left, right: the trees.
        naming: which collection a CSV file goes with.
        period: of the rows and lines.
        sampled: percent of the correlation ids that the JSONL was to keep.
        wanted: which CSV is compared.
    """

    left: Location
    right: Location
    naming: Naming = Naming()
    period: Period = ALWAYS
    sampled: float = 100.0
    wanted: Wanted = Wanted()


@dataclass(frozen=True)
class SidesTask:
    """A part of a comparison, for any process.

    Attributes:
        order: of the task among those of its kind.
        sides: what is compared.
        folder: a temporary one.
    """

    order: int
    sides: Sides
    folder: Path

    @property
    def source(self) -> Location:
        """The CSV's tree."""
        return self.sides.left

    @property
    def destination(self) -> Location:
        """The JSONL's tree."""
        return self.sides.right
