"""Which JSONL files a tree holds, and what their paths say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Optional

from mdc_core.errors import MissingFileError, SettingsError, StoreError
from mdc_core.layouts import JSONL_ROOT
from mdc_core.names import original_name

from ..arguments import names_of
from ..files import FileInfo, Files
from ..files.packed import unpacked_name
from .period import ALWAYS, Moment, Period
from .problems import Problems

SUFFIX = ".jsonl"
NO_JSONL = "is not read; valid: .jsonl, also compressed as .gz, .bz2, .zst or .zip"
_OF_DATA = re.compile(
    r"\.(?:jsonl?|ndjson|csv|tsv|parquet|avro|orc|xlsx?)(?:\.\w+)?$|\.(?:7z|rar|tar|tgz|xz|gz|bz2|zst|zip)$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
_LISTED = 10
_ROLLED = re.compile(r"(\d{4}(/\d{2}){0,4})?")


class CollectionFile(NamedTuple):
    """A JSONL file and where it belongs.

    Attributes:
        info: the file.
        endpoint, deployment, collection: names of its folders.
        rolled: the time part of its path, such as `2026/11/21/09`; may be empty.
    """

    info: FileInfo
    endpoint: str
    deployment: str
    collection: str
    rolled: str


@dataclass(frozen=True)
class Choice:
    """Which lines are wanted; None is any.

    Attributes:
        period: of their time.
        collections: names of collections.
        endpoint, deployment: names.
    """

    period: Period = ALWAYS
    collections: Optional[Collection[str]] = None
    endpoint: Optional[str] = None
    deployment: Optional[str] = None

    @classmethod
    def of(
        cls,
        collections: Optional[Iterable[str]],
        endpoint: Optional[str],
        deployment: Optional[str],
        since: Moment,
        until: Moment,
    ) -> Choice:
        """Return a choice by its arguments, as the functions of `read` take them.

        Raises:
            SettingsError: they make no sense.
        """
        names = None if collections is None else frozenset(names_of(collections, "collections"))
        return cls(Period.of(since, until), names, endpoint, deployment)

    def takes(self, file: CollectionFile) -> bool:
        """Return whether a file, by its path, can have lines that are wanted."""
        return (
            (self.collections is None or file.collection in self.collections)
            and self.takes_deployment(file)
            and self.period.may_hold_folder(file.rolled)
        )

    def takes_deployment(self, file: CollectionFile) -> bool:
        """Return whether a file is of a wanted deployment, whatever its collection and time."""
        return self.endpoint in (None, file.endpoint) and self.deployment in (None, file.deployment)


def find_collections(files: Files, choice: Choice, problems: Problems) -> Iterator[CollectionFile]:
    """Yield the chosen JSONL files, by path.

    Args:
        files: the folder above `modelDataCollector`, or that folder itself.
        choice: decided by the paths, before anything is opened.
        problems: gets what cannot be listed or followed, and what is left out.

    Raises:
        MissingFileError: the tree has no collected JSONL at all.
        StoreError: likewise, where something in it could not be listed.
        SettingsError: at no time did it hold any of a name that was chosen.
    """
    below = JSONL_ROOT if next(files.find(JSONL_ROOT), None) else ""
    there: set[str] = set()
    unseen: set[Optional[str]]
    unseen = {None} if choice.collections is None else set(choice.collections)
    # Held back until every name was seen: a misspelt name is reported before anything is read.
    waiting: list[CollectionFile] = []
    unreadable: list[FileInfo] = []
    for info in files.find(below):
        if info.problem:
            if not info.is_special:
                unreadable.append(info)
                problems.add(info.path, None, info.problem)
            elif _OF_DATA.search(info.path):
                problems.add_left_out(info.path, info.problem)
            continue
        file = _place_of(info)
        if file is None:
            continue
        if not is_jsonl(info):
            if file.rolled and choice.takes(file) and _OF_DATA.search(info.path):
                problems.add_left_out(info.path, NO_JSONL)
            continue
        there.add(f"{file.endpoint}/{file.deployment}/{file.collection}")
        if choice.takes_deployment(file):
            unseen -= {None, file.collection}
        if choice.takes(file):
            waiting.append(file)
        if not unseen:
            yield from waiting
            waiting.clear()
    if not there and unreadable:
        raise StoreError(f"{files}: {unreadable[0].path} {unreadable[0].problem}")
    if not there:
        raise MissingFileError(
            f"{files} has no collected JSONL; valid: the folder {JSONL_ROOT}, or the folder or "
            "container that holds it, with files "
            "endpoint/deployment/collection/yyyy/MM/dd/HH/instance.jsonl"
        )
    if unseen:
        raise SettingsError(f"{files} holds no JSONL of {_asked(choice, unseen)}; {_listed(there)}")


def _asked(choice: Choice, unseen: Collection[Optional[str]]) -> str:
    names = [("endpoint", choice.endpoint), ("deployment", choice.deployment)]
    names += [("collection", name) for name in sorted(filter(None, unseen))]
    return ", ".join(f"{kind} {name!r}" for kind, name in names if name is not None)


def _listed(there: Collection[str]) -> str:
    shown = ", ".join(sorted(there)[:_LISTED])
    more = f" and {len(there) - _LISTED:,} more" if len(there) > _LISTED else ""
    return f"it has the endpoints, deployments and collections {shown}{more}"


def parse_place(info: FileInfo) -> Optional[CollectionFile]:
    """Return what a path says; None for other files, such as the raw files of large events."""
    return _place_of(info) if is_jsonl(info) else None


def is_place(path: str) -> bool:
    """Return whether a path lies where collected files do, whatever its name."""
    return _place_of(FileInfo(path, 0, "")) is not None


def is_jsonl(info: FileInfo) -> bool:
    """Return whether a file is JSONL by its name, compressed or not."""
    return unpacked_name(info.path).endswith(SUFFIX)


def _place_of(info: FileInfo) -> Optional[CollectionFile]:
    """Return what a path says, whatever the file is."""
    parts = info.path.split("/")
    starts = [at for at, part in enumerate(parts, 1) if part == JSONL_ROOT] or [0]
    # The last root counts, unless it is an endpoint, deployment or collection of that name.
    places = (_place_below(info, parts[start:]) for start in reversed(starts))
    return next(filter(None, places), None)


def _place_below(info: FileInfo, parts: list[str]) -> Optional[CollectionFile]:
    if len(parts) < 4:
        return None
    rolled = "/".join(parts[3:-1])
    # Raw files lie where a collection's name would be a year, and have no other before them.
    if not _ROLLED.fullmatch(rolled) or (not rolled and _YEAR.fullmatch(parts[2])):
        return None
    endpoint, deployment, collection = (original_name(part) for part in parts[:3])
    return CollectionFile(info, endpoint, deployment, collection, rolled)
