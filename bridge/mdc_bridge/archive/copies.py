"""The files of an archive without copies: links, backups and mounts have the same rows again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from mdc_core.data.correlation_columns import UUID
from mdc_core.designations import DEFAULT, NAMED_BY_COLLECTION
from mdc_core.errors import UnreadableFileError

from ..files import Files
from ..files.copies import Copies, Where
from .contents import csv_name, open_content
from .places import ArchiveFile, LeftOut, find_archive

_AT_ONCE = 1024 * 1024
_CORRELATED = re.compile(rf'{UUID}"?,"?[0-9]{{4}}-[0-9]{{2}}-'.encode())


def list_archive(files: Files) -> tuple[list[ArchiveFile], list[LeftOut]]:
    """Return the CSV files of an archive, sorted by path, and what is left out.

    `Copies` decides what is a copy: mounts and backups have files of the same places.

    Raises:
        StoreError: the tree cannot be read.
    """
    found = list(find_archive(files))
    left_out = [file for file in found if isinstance(file, LeftOut)]
    known = [file for file in found if isinstance(file, ArchiveFile)]
    known.sort(key=lambda file: (not _may_be_original(file), len(file.info.path), file.info.path))
    copies = Copies(
        _where,
        partial(open_content, files),
        lambda file, why: left_out.append(LeftOut(file.info.path, why, is_copy=True)),
        # Two releases of the SDK may have written the same rows to separate files, so these are
        # kept. With ids, or with a name that the SDK never gives, such a file is a copy.
        lambda file: _may_be_original(file) and not _has_ids(files, file),
    )
    known = copies.without(known)
    return with_own_places(known), sorted(left_out, key=lambda file: file.path)


def _where(file: ArchiveFile) -> Where:
    folder, _, name = file.info.path.rpartition("/")
    return Where(file.info, (folder, name.rpartition(".")[2].lower()), csv_name(file.place))


def _may_be_original(file: ArchiveFile) -> bool:
    """Return whether a file has a name that the SDK gives."""
    designation = file.folder.designation
    stem = csv_name(file.file_name).rpartition(".")[0]
    return designation in NAMED_BY_COLLECTION or stem in ("data", DEFAULT, designation)


def _has_ids(files: Files, file: ArchiveFile) -> bool:
    """Return whether a file's rows have correlation ids."""
    try:
        with open_content(files, file.info.path) as content:
            return _CORRELATED.search(content.read(_AT_ONCE)) is not None
    except UnreadableFileError:
        return False


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
