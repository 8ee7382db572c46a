"""The data of a service: which CSV and JSONL there are, by their paths alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property

from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from ..archive.copies import list_archive, with_own_places
from ..archive.places import ArchiveFile, LeftOut
from ..collected.places import CollectionFile, parse_place
from ..files import Files, open_files
from ..migrate.ledger import Ledger, unit_of
from ..migrate.units import folders_of
from .services import WebService

_DAY = len("yyyy/MM/dd")


@dataclass
class Holdings:
    """What lies where, listed and not read.

    Attributes:
        csv: files of the archive.
        live: JSONL files that a collector wrote; those of a migration are not among them.
        migrated: number of JSONL files that a migration wrote.
        left_out: files of the archive that nothing reads.
        problems: what could not be listed, in words.
        destinations: where JSONL lies, with what its notes of a migration name.
    """

    csv: list[ArchiveFile] = field(default_factory=list)
    live: list[CollectionFile] = field(default_factory=list)
    migrated: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    destinations: list[tuple[Files, set[str]]] = field(default_factory=list)

    @cached_property
    def csv_days(self) -> list[str]:
        """Days of the CSV's folders, such as `2026/11/21`, sorted."""
        return sorted({file.folder.date[:_DAY] for file in self.csv})

    @cached_property
    def common_days(self) -> list[str]:
        """Those of the CSV's days on which a collector wrote JSONL, sorted."""
        folders = set().union(*self._live_folders.values())
        return [day for day in self.csv_days if _covers(folders, day)]

    def is_live(self, collection: str, day: str) -> bool:
        """Return whether a collector wrote JSONL of a collection on a day."""
        return _covers(self._live_folders.get(collection, set()), day)

    @cached_property
    def _live_folders(self) -> dict[str, set[str]]:
        """Days of the JSONL's folders by collection; months and years where it has such."""
        found: dict[str, set[str]] = {}
        for file in self.live:
            found.setdefault(file.collection, set()).add(file.rolled[:_DAY])
        return found


def _covers(folders: set[str], day: str) -> bool:
    return not folders.isdisjoint((day, day[: len("yyyy/MM")], day[: len("yyyy")]))


class Listings:
    """Lists places, each once for all services that share it."""

    def __init__(self) -> None:
        self._archive = cache(_archive)
        self._jsonl = cache(_jsonl)

    def of(self, service: WebService) -> Holdings:
        """Return what a service has.

        Raises:
            SettingsError: a place is none.
            StoreError: a place cannot be read; the message says which.
        """
        holdings = Holdings()
        for place in service.archives:
            known, left_out = self._archive(place, service.source_container)
            if service.service is None:
                holdings.csv += known
                holdings.left_out += left_out
            else:
                holdings.csv += [file for file in known if file.folder.service == service.service]
        holdings.csv = with_own_places(holdings.csv)
        units = set(folders_of(holdings.csv))
        for place in service.collected:
            files, problems, noted = self._jsonl(place, service.container)
            tree = open_files(place, "collected", service.container)
            holdings.destinations.append((tree, noted))
            holdings.problems += problems
            migrated = units | noted
            for each in files:
                if service.endpoint not in (None, each.endpoint):
                    continue
                if unit_of(each.info.path) in migrated:
                    holdings.migrated += 1
                else:
                    holdings.live.append(each)
        return holdings


def _archive(place: str, container: str) -> tuple[list[ArchiveFile], list[LeftOut]]:
    """Return the files of an archive, and what of it is not read."""
    with open_files(place, "archive", container) as files:
        known, left_out = list_archive(files)
    below = f"{CSV_ROOT}/"
    if any(file.info.path.startswith(below) for file in known):
        # What is beside it, such as data in a folder of scripts, is none of it.
        left_out = [file for file in left_out if file.path.startswith(below)]
    return known, left_out


def _jsonl(place: str, container: str) -> tuple[list[CollectionFile], list[str], set[str]]:
    """Return the files of a tree, what cannot be listed, and the units that a migration noted."""
    with open_files(place, "collected", container) as files:
        below = JSONL_ROOT if next(files.find(JSONL_ROOT), None) else ""
        found, problems = [], []
        for info in files.find(below):
            file = parse_place(info)
            if info.problem and (file is not None or not info.is_special):
                problems.append(f"{info.path} {info.problem}")
            elif file is not None and not info.problem:
                found.append(file)
        return found, problems, Ledger(files).units()
