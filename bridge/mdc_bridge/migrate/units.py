"""Units of work: what is converted, published and resumed as one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..archive.identity import unit_id
from ..archive.places import ArchiveFile
from .plan import DatasetKey, DatasetPlan, Plan


class Unit(NamedTuple):
    """The files of one dataset in one folder, usually one; no other has rows of their ids.

    Attributes:
        id: 32 hex digits that depend only on the place of the folder; name of its files.
        dataset: its plan.
        files: sorted by path.
    """

    id: str
    dataset: DatasetPlan
    files: tuple[ArchiveFile, ...]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.info.size for file in self.files)

    @property
    def source_version(self) -> str:
        """Changes whenever a file of the unit does."""
        return " ".join(f"{file.info.path} {file.info.version}" for file in self.files)


def units_of(plan: Plan, files: Iterable[ArchiveFile]) -> tuple[list[Unit], list[ArchiveFile]]:
    """Return the units of a plan, largest first, and the files of datasets it does not name."""
    folders: dict[tuple[DatasetKey, str], list[ArchiveFile]] = {}
    unplanned = []
    for file in files:
        key = DatasetKey.of_file(file)
        dataset = plan.of(key)
        if dataset is None:
            unplanned.append(file)
        else:
            folder = file.place.rpartition("/")[0]
            folders.setdefault((key, folder), []).append(file)
    units = []
    for (key, folder), members in folders.items():
        dataset = plan.of(key)
        if dataset is not None:
            identity = unit_id(f"{folder}/{key.collection_name}")
            units.append(Unit(identity, dataset, tuple(members)))
    return sorted(units, key=lambda unit: (-unit.size, unit.id)), unplanned


def unique_places(files: Iterable[ArchiveFile]) -> list[ArchiveFile]:
    """Return files with places of their own: of two mounts of one archive, one keeps its path."""
    taken: set[str] = set()
    unique = []
    for file in sorted(files, key=lambda file: (len(file.info.path), file.info.path)):
        if file.place in taken:
            file = file._replace(place=file.info.path)
        taken.add(file.place)
        unique.append(file)
    return sorted(unique, key=lambda file: file.info.path)
