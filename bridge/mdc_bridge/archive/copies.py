"""The files of an archive, each once: links, backups and mounts show the same rows again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Optional

from mdc_core.data.correlation_columns import UUID
from mdc_core.designations import DEFAULT, NAMED_BY_COLLECTION
from mdc_core.errors import UnreadableFileError

from ..files import Files
from ..files.same_content import digest, longer
from .contents import csv_name, open_content
from .places import ArchiveFile, LeftOut, find_archive

_AT_ONCE = 1024 * 1024
_CORRELATED = re.compile(rf'{UUID}"?,"?[0-9]{{4}}-[0-9]{{2}}-'.encode())


def list_archive(files: Files) -> tuple[list[ArchiveFile], list[LeftOut]]:
    """Return the CSV files of an archive, sorted by path, and what is left out.

    A file is left out as a copy when it is another one by a second name, when it begins or is the
    file of the same place in another mount or backup, and when it is equal to one beside it.
    Only what may be a copy is read.

    Raises:
        StoreError: the tree cannot be read.
    """
    known: list[ArchiveFile] = []
    left_out: list[LeftOut] = []
    for file in find_archive(files):
        if isinstance(file, ArchiveFile):
            known.append(file)
        else:
            left_out.append(file)
    known.sort(key=lambda file: (not _may_be_original(file), len(file.info.path), file.info.path))
    known = _of_one_name(known, left_out)
    known = _without_equals(files, known, left_out)
    known = _without_backups(files, known, left_out)
    return with_own_places(known), sorted(left_out, key=lambda file: file.path)


def _of_one_name(known: Iterable[ArchiveFile], left_out: list[LeftOut]) -> list[ArchiveFile]:
    """Return the files without those that are another one by a second name: a link."""
    names: dict[str, str] = {}
    kept = []
    for file in known:
        name = names.setdefault(file.info.identity or file.info.path, file.info.path)
        if name == file.info.path:
            kept.append(file)
        else:
            left_out.append(LeftOut(file.info.path, f"is the same file as {name}", is_copy=True))
    return kept


def _without_equals(
    files: Files, known: Iterable[ArchiveFile], left_out: list[LeftOut]
) -> list[ArchiveFile]:
    """Return the files without those that have the content of another one in their folder.

    Two releases of the SDK may have written the same rows to files of their own. Ids, or a name
    that is none of the SDK's, tell that this is not so.
    """
    known = list(known)
    alike = Counter(map(_beside, known))
    first_of: dict[tuple[str, str, int, bytes], ArchiveFile] = {}
    kept = []
    for file in known:
        same = b""
        if alike[_beside(file)] > 1:
            same = digest(partial(open_content, files), file.info.path)
        of = first_of.setdefault((*_beside(file), same), file) if same else file
        if of is file or (_may_be_original(file) and not _has_ids(files, file)):
            kept.append(file)
        else:
            left_out.append(
                LeftOut(file.info.path, f"has the content of {of.info.path}", is_copy=True)
            )
    return kept


def _beside(file: ArchiveFile) -> tuple[str, str, int]:
    """Return what equal files in one folder have in common."""
    folder, _, name = file.info.path.rpartition("/")
    return folder, name.rpartition(".")[2].lower(), file.info.size


def _may_be_original(file: ArchiveFile) -> bool:
    """Return whether a file has a name that the SDK gives."""
    designation = file.folder.designation
    stem = csv_name(file.file_name).rpartition(".")[0]
    return designation in NAMED_BY_COLLECTION or stem in ("data", DEFAULT, designation)


def _has_ids(files: Files, file: ArchiveFile) -> bool:
    """Return whether a file's rows say their correlation ids."""
    try:
        with open_content(files, file.info.path) as content:
            return _CORRELATED.search(content.read(_AT_ONCE)) is not None
    except UnreadableFileError:
        return False


def _without_backups(
    files: Files, known: Iterable[ArchiveFile], left_out: list[LeftOut]
) -> list[ArchiveFile]:
    """Return the files without those that begin or are the same place's file elsewhere."""
    places: dict[str, list[ArchiveFile]] = {}
    for file in known:
        kept = places.setdefault(csv_name(file.place), [])
        for at, other in enumerate(kept):
            longer = _longer(files, other, file)
            if longer is not None:
                shorter = file if longer is other else other
                kept[at] = longer
                reason = f"has the content of {longer.info.path}, or its beginning"
                left_out.append(LeftOut(shorter.info.path, reason, is_copy=True))
                break
        else:
            kept.append(file)
    return [file for kept in places.values() for file in kept]


def _longer(files: Files, first: ArchiveFile, second: ArchiveFile) -> Optional[ArchiveFile]:
    if not (first.info.size and second.info.size):
        return None
    path = longer(partial(open_content, files), first.info.path, second.info.path)
    return None if path is None else first if path == first.info.path else second


def with_own_places(files: Iterable[ArchiveFile]) -> list[ArchiveFile]:
    """Return files with places of their own: of two mounts of one archive, one keeps its path."""
    taken: set[str] = set()
    unique = []
    for file in sorted(files, key=lambda file: (len(file.info.path), file.info.path)):
        if file.place in taken:
            file = file._replace(place=file.info.path)
        taken.add(file.place)
        unique.append(file)
    return sorted(unique, key=lambda file: file.info.path)
