"""What is compared, and what is found beside it, as they travel between processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Optional

from mdc_core.layouts import CsvFolder

from ..collected.period import ALWAYS, Period
from ..collected.problems import Problems
from ..files.location import Location
from .naming import Naming


@dataclass(frozen=True)
class CsvChoice:
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
    wanted: CsvChoice = CsvChoice()


@dataclass
class Found:
    """What was found on one side beside its rows or lines.

    Attributes:
        problems: what was not read.
        unreadable: rows, lines and files that could not be read: of the CSV by their stream, of
            the JSONL by endpoint, deployment and collection.
        folders: of the CSV, by stream.
        sampled_out: rows of the CSV that were left out because their id was not to be kept.
    """

    problems: Problems = field(default_factory=Problems)
    unreadable: Counter[tuple[str, ...]] = field(default_factory=Counter)
    folders: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    sampled_out: int = 0

    def merge(self, other: Found) -> None:
        """Add what another reader found."""
        self.problems.merge(other.problems)
        self.unreadable.update(other.unreadable)
        for stream, folders in other.folders.items():
            self.folders.setdefault(stream, set()).update(folders)
        self.sampled_out += other.sampled_out


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
