"""Where the files of an archive lie: every layout that the old SDK's releases and its users made.

Sources: "Collect data from models in production" (2018 to 2020) and archives of both years:

    {subscription}/{group}/{workspace}/{service}/{model}/{version}/{designation}/{y}/{M}/{d}[/{H}]
    {subscription}/{group}/{account}/{service}/{modelid}-{model}-{version}/{identifier}/{y}/{M}/{d}
    unknown/unknown/unknown-{model}-unknown/{identifier}/{y}/{M}/{d}

with anything in front, such as `modeldata/` or the folders of a mount. What is mounted from
further down, without a part of these names, is of no known layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Optional, Union

from mdc_core.data.correlation_columns import UUID
from mdc_core.layouts import CSV_ROOT, JSONL_ROOT, CsvFolder
from mdc_core.names import original_name

from ..files import FileInfo, Files
from ..files.packed import unpacked_name
from .contents import csv_name

TELEMETRY = "aml_telemetry.csv"
UNKNOWN = "unknown"

_NO_LAYOUT = "its folders do not follow a known layout"
_OF_DATA = re.compile(r"\.(?:csv\b.*|tsv|parquet|avro|orc|xlsx?|7z|rar|tgz|xz)$", re.IGNORECASE)
_NO_CSV = "is not a CSV file, plain or compressed as .gz, .bz2, .zst or .zip"
_DATE = re.compile(r"(?:^|/)([0-9]{4}/[0-9]{2}/[0-9]{2}(?:/[0-9]{2})?)$")
_GUID = re.compile(UUID)
# The id of a model in the layout of 2018 holds no dash, unless it is a GUID; a version never does.
_JOINED = re.compile(rf"(?P<id>{UUID}|[^-]+)-(?P<model>.+)-(?P<version>[^-]+)")
_NAMES_2019, _NAMES_2018, _NAMES_UNKNOWN = 7, 6, 4
# Below the container's name, a workspace that is not of three parts is one all the same.
_NAMES_OTHER = (5, 6)


class ArchiveFile(NamedTuple):
    """One CSV file of an archive.

    Attributes:
        info: its path, size and version in the tree of files.
        folder: what its path says.
        place: its path without what stands in front of the layout, so that it stays the same
            wherever the archive is mounted.
    """

    info: FileInfo
    folder: CsvFolder
    place: str

    @property
    def file_name(self) -> str:
        """The file's name, such as `data.csv`."""
        return self.place.rpartition("/")[2]


@dataclass(frozen=True)
class LeftOut:
    """A file or folder that is not read.

    Attributes:
        path: where it lies.
        reason: why it is left out.
        is_unreadable: it should have been read, and could not be.
        is_copy: all of its rows are in another file, which is read.
    """

    path: str
    reason: str
    is_unreadable: bool = False
    is_copy: bool = False


def find_archive(files: Files, folder: str = "") -> Iterator[Union[ArchiveFile, LeftOut]]:
    """Yield every CSV file below a folder, sorted by path, and what else looks like data.

    Not yielded: telemetry of the SDK, hidden and empty files, marks of Spark (`_SUCCESS`), files
    without a suffix of data outside the known layouts, and collected JSONL.

    Raises:
        StoreError: when the tree cannot be read.
    """
    taken: dict[str, str] = {}
    for info in files.find(folder):
        if _is_collected(info.path):
            continue
        if info.problem:
            if not info.is_special or _OF_DATA.search(unpacked_name(info.path)):
                yield LeftOut(info.path, info.problem, is_unreadable=not info.is_special)
            continue
        path = csv_name(info.path)
        place = parse_place(path)
        if place is None:
            # Elsewhere, nothing says that what a `.zip` holds is a CSV file.
            path = unpacked_name(info.path)
        name = path.rpartition("/")[2]
        if name == TELEMETRY or name.startswith((".", "_")):
            continue
        if name.lower().endswith(".csv"):
            other = taken.setdefault(path, info.path)
            if place is None:
                yield LeftOut(info.path, _NO_LAYOUT)
            elif other != info.path:
                yield LeftOut(info.path, f"{other} lies beside it and may be the same file")
            else:
                yield ArchiveFile(info, *place)
        elif info.size and (_OF_DATA.search(name) or place is not None):
            yield LeftOut(info.path, _NO_CSV)


def _is_collected(path: str) -> bool:
    """Return whether a path lies among collected JSONL."""
    before, marker, _ = f"/{path}".partition(f"/{JSONL_ROOT}/")
    if not marker:
        return False
    # A service or a model in the archive may have the name of that folder.
    is_archived = f"/{CSV_ROOT}/" in f"{before}/" and parse_place(csv_name(path)) is not None
    return not is_archived


def parse_place(path: str) -> Optional[tuple[CsvFolder, str]]:
    """Return what a file's path says, and the path from where its layout begins.

    Args:
        path: with slashes, ending in the file's name.

    Returns:
        None for a path of no known layout.
    """
    folder, _, file_name = path.rpartition("/")
    date = _DATE.search(folder)
    if date is None or not _is_date(date.group(1)):
        return None
    parts = folder[: date.start()].split("/")
    start = _layout_start(parts)
    if start is None:
        return None
    place = "/".join([*parts[start:], date.group(1), file_name])
    return _folder_of([original_name(part) for part in parts[start:]], date.group(1)), place


def _is_date(text: str) -> bool:
    year, month, day, hour = (*map(int, text.split("/")), 0)[:4]
    try:
        datetime(year, month, day, hour)  # noqa: DTZ001  # only whether there is such a day
    except ValueError:
        return False
    return True


def _layout_start(parts: list[str]) -> Optional[int]:
    """Return the index of the first part of the layout."""
    if _is_unknown(parts):
        return len(parts) - _NAMES_UNKNOWN
    for index, part in enumerate(parts):
        # A subscription is a GUID, and nothing else that stands so early is one.
        if _GUID.fullmatch(part) and _is_layout(parts[index:]):
            return index
    roots = [index + 1 for index, part in enumerate(parts) if part == CSV_ROOT]
    for start in reversed(roots):
        if _is_layout(parts[start:]):
            return start
    if roots and len(parts) - roots[-1] in _NAMES_OTHER:
        return roots[-1]
    if _is_layout(parts):
        return 0
    return len(parts) - _NAMES_2019 if len(parts) > _NAMES_2019 else None


def _is_layout(parts: list[str]) -> bool:
    if len(parts) == _NAMES_2018:
        return _JOINED.fullmatch(parts[-2]) is not None
    return len(parts) == _NAMES_2019


def _is_unknown(parts: list[str]) -> bool:
    if len(parts) < _NAMES_UNKNOWN or parts[-_NAMES_UNKNOWN:-2] != [UNKNOWN, UNKNOWN]:
        return False
    return _JOINED.fullmatch(parts[-2]) is not None


def _folder_of(names: list[str], date: str) -> CsvFolder:
    designation = names[-1]
    joined = _JOINED.fullmatch(names[-2]) if len(names) in (_NAMES_2018, _NAMES_UNKNOWN) else None
    if joined is None:
        workspace, (service, model, version) = "/".join(names[:-4]), names[-4:-1]
        return CsvFolder(workspace, service, model, version, designation, date)
    if len(names) == _NAMES_2018:
        workspace, service = "/".join(names[:3]), names[3]
    else:
        workspace, service = "/".join([UNKNOWN] * 3), names[1]
    return CsvFolder(workspace, service, joined["model"], joined["version"], designation, date)
