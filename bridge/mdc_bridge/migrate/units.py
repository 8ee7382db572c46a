"""Units of work: what is converted, published and resumed as one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Optional

from mdc_core.errors import SettingsError

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


def day_folder(day: Optional[str], setting: str) -> Optional[str]:
    """Return a day such as `2019-06-01` as it stands in paths; None for None.

    Raises:
        SettingsError: when it is no day; the message names `setting`.
    """
    if day is None:
        return None
    try:
        return date.fromisoformat(day).strftime("%Y/%m/%d")
    except ValueError:
        raise SettingsError(f"{setting} is {day!r}; valid: a day such as 2019-06-01") from None


def is_within(file: ArchiveFile, first: Optional[str], end: Optional[str]) -> bool:
    """Return whether a file's folder is of a period.

    Args:
        file: the file.
        first: its first day, as `day_folder` returns it; None for all from the beginning.
        end: the day before which it ends; None for all to the end.
    """
    # Folders of hours are longer, and sort behind that of their day.
    return (first is None or file.folder.date >= first) and (end is None or file.folder.date < end)
