"""Units of work: what is converted, published and resumed as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple, Optional

from ..archive.identity import unit_id
from ..archive.places import ArchiveFile
from ..archive.time_zone import zone_of
from ..collected.period import ALWAYS, DAY_US, Period, folder_bounds
from ..files import Files
from .collected_files import Collected
from .correlation_cells import shifted
from .dataset_key import DatasetKey
from .plan import DatasetPlan, Plan, StreamNames


class Trees(NamedTuple):
    """The two ends of a migration; `Collected.tree` is an index of them."""

    destination: Files
    archive: Files


class Unit(NamedTuple):
    """The files of one dataset in one folder, usually one; no other has rows of their ids.

    Attributes:
        id: 32 hex digits that depend only on the place of the folder; name of its files.
        dataset: its plan.
        files: sorted by path.
        periods: of the rows that are wanted, where one begins or ends within the folder.
        existing: collected files that may have some of the rows; empty if it is not looked for.
    """

    id: str
    dataset: DatasetPlan
    files: tuple[ArchiveFile, ...]
    periods: tuple[Period, ...] = (ALWAYS,)
    existing: tuple[Collected, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.info.size for file in self.files)

    @property
    def bounds(self) -> tuple[int, int]:
        """Begin and end of its folder's time, in microseconds since the epoch."""
        return bounds_of(self.files[0], zone_of(self.dataset.time_zone))

    @property
    def source_version(self) -> str:
        """Changes whenever a file of the unit does."""
        version = " ".join(f"{file.info.path} {file.info.version}" for file in self.files)
        if self.periods != (ALWAYS,):
            version += "".join(f" {period}" for period in self.periods)
        return f"{version} without existing" if self.existing else version


def by_dataset(units: Iterable[Unit]) -> dict[DatasetKey, list[Unit]]:
    """Return units by the dataset that they are of."""
    found: dict[DatasetKey, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.dataset.source, []).append(unit)
    return found


def folders_of(files: Iterable[ArchiveFile], plan: Optional[Plan] = None) -> dict[str, str]:
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


def units_of(
    plan: Plan, files: Iterable[ArchiveFile], period: Period = ALWAYS
) -> tuple[list[Unit], list[ArchiveFile]]:
    """Return the units of a plan, largest first, and the files of datasets it does not name.

    Args:
        plan: what becomes of each dataset.
        files: of the archive.
        period: of the rows that are wanted.
    """
    members: dict[str, tuple[DatasetPlan, list[ArchiveFile]]] = {}
    unplanned = []
    for file in files:
        key = DatasetKey.of_file(file)
        dataset = plan.of(key)
        if dataset is None:
            if is_in_period(file, period):
                unplanned.append(file)
        elif is_in_period(file, period, zone_of(dataset.time_zone)):
            members.setdefault(_id_of(file, key), (dataset, []))[1].append(file)
    units = []
    for identity, (dataset, of_unit) in members.items():
        unit = Unit(identity, dataset, tuple(of_unit))
        if not (_is_of_days(period) or period.covers(*unit.bounds)):
            unit = unit._replace(periods=(period,))
        units.append(unit)
    return sorted(units, key=lambda unit: (-unit.size, unit.id)), unplanned


def with_existing(
    units: Iterable[Unit],
    collected: Mapping[StreamNames, Sequence[Collected]],
    others: Mapping[DatasetKey, Sequence[StreamNames]],
) -> list[Unit]:
    """Return units that know which collected files may have rows of theirs.

    Args:
        units: of the archive.
        collected: see `collected_files`.
        others: where rows of a dataset were collected under names that are not the plan's.
    """
    known = []
    for unit in units:
        first, last = unit.bounds
        targets = (unit.dataset.target, *others.get(unit.dataset.source, ()))
        files = (file for target in targets for file in collected.get(target, ()))
        existing = tuple(file for file in files if file.may_have(first, last))
        known.append(unit._replace(existing=existing))
    return known


def is_in_period(file: ArchiveFile, period: Period, zone: Optional[tzinfo] = None) -> bool:
    """Return whether a file's folder can have rows of a period.

    Args:
        file: of the archive.
        period: between two moments; days are compared with the folder's date as it stands.
        zone: of the folder's date; None for UTC.
    """
    begin, end = bounds_of(file, None if _is_of_days(period) else zone)
    return period.may_hold(begin, end)


def bounds_of(file: ArchiveFile, zone: Optional[tzinfo]) -> tuple[int, int]:
    """Return begin and end of a folder's time, in microseconds since the epoch."""
    bounds = folder_bounds(file.folder.date)
    assert bounds is not None  # folders of other names are of no known layout
    return shifted(bounds[0], zone), shifted(bounds[1], zone)


def _is_of_days(period: Period) -> bool:
    return all(bound is None or bound % DAY_US == 0 for bound in (period.since_us, period.until_us))
