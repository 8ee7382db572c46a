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


def folders_of(files: Iterable[ArchiveFile], plan: Optional[Plan]) -> dict[str, str]:
    """Return the source folder of each unit that files belong to, by the unit's id.

    Args:
        files: of the archive.
        plan: leaves datasets out; None for all.
    """
    folders = {}
    for file in files:
        key = DatasetKey.of_file(file)
        dataset = None if plan is None else plan.of(key)
        if plan is None or (dataset is not None and not dataset.skip):
            folders[_id_of(file, key)] = file.info.path.rpartition("/")[0]
    return folders


def _id_of(file: ArchiveFile, key: DatasetKey) -> str:
    folder = file.place.rpartition("/")[0]
    return unit_id(f"{folder}/{key.collection_name}")


def units_of(plan: Plan, files: Iterable[ArchiveFile]) -> tuple[list[Unit], list[ArchiveFile]]:
    """Return the units of a plan, largest first, and the files of datasets it does not name."""
    members: dict[str, list[ArchiveFile]] = {}
    datasets: dict[str, DatasetPlan] = {}
    unplanned = []
    for file in files:
        key = DatasetKey.of_file(file)
        dataset = plan.of(key)
        if dataset is None:
            unplanned.append(file)
        else:
            identity = _id_of(file, key)
            members.setdefault(identity, []).append(file)
            datasets[identity] = dataset
    units = [Unit(each, datasets[each], tuple(files)) for each, files in members.items()]
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


class Period(NamedTuple):
    """The days of time folders that are wanted.

    Attributes:
        first: the first day as it stands in paths; None for all from the beginning.
        end: the day before which they end, likewise; None for all to the end.
    """

    first: Optional[str]
    end: Optional[str]

    @classmethod
    def of(cls, since: Optional[str], until: Optional[str]) -> Period:
        """Return the period between two days such as `2019-06-01`.

        Raises:
            SettingsError: one of them is no day, or the second is not later.
        """
        first, end = _day_folder(since, "since"), _day_folder(until, "until")
        if first is not None and end is not None and first >= end:
            raise SettingsError(
                f"since is {since}, until {until}; valid: an earlier day and a later"
            )
        return cls(first, end)

    def holds(self, file: ArchiveFile) -> bool:
        """Return whether a file's folder is of the period."""
        # Folders of hours are longer, and sort behind that of their day.
        date = file.folder.date
        return (self.first is None or date >= self.first) and (self.end is None or date < self.end)


def _day_folder(day: Optional[str], setting: str) -> Optional[str]:
    """Return a day such as `2019-06-01` as it stands in paths; None for None."""
    if day is None:
        return None
    try:
        return date.fromisoformat(day).strftime("%Y/%m/%d")
    except ValueError:
        raise SettingsError(f"{setting} is {day!r}; valid: a day such as 2019-06-01") from None
