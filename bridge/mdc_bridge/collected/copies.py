"""Collected files, each once: links, backups and compressed copies show the same lines again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from ..files import Files
from ..files.base import Readable
from ..files.copies import Copies, Where
from ..files.packed import plain, unpacked_name
from .places import SUFFIX, Choice, CollectionFile, find_collections
from .problems import Problems


def chosen_files(files: Files, choice: Choice, problems: Problems) -> list[CollectionFile]:
    """Return the chosen JSONL files by path, without copies.

    Args:
        files: see `find_collections`.
        choice: see `find_collections`; what it leaves out is nobody's original.
        problems: gets copies, and what cannot be listed or followed.

    Raises:
        MissingFileError: see `find_collections`.
        SettingsError: see `find_collections`.
    """
    return without_copies(files, find_collections(files, choice, problems), problems)


def without_copies(
    files: Files, found: Iterable[CollectionFile], problems: Problems
) -> list[CollectionFile]:
    """Return files in their order, without those whose lines another of them has.

    Each line has an id of its own, so equal files are never two; for copies see `Copies`.

    Args:
        files: the tree.
        found: files of it.
        problems: gets copies.
    """
    known = list(found)
    order = {file.info.path: at for at, file in enumerate(known)}
    known.sort(key=lambda file: (len(file.info.path), file.info.path))
    copies = Copies(
        _where, partial(_opened, files), lambda file, why: problems.add_copy(file.info.path, why)
    )
    return sorted(copies.without(known), key=lambda file: order[file.info.path])


def _where(file: CollectionFile) -> Where:
    folder, _, name = file.info.path.rpartition("/")
    place = (file.endpoint, file.deployment, file.collection, file.rolled, unpacked_name(name))
    return Where(file.info, folder, place)


@contextmanager
def _opened(files: Files, path: str) -> Iterator[Readable]:
    with files.open(path) as stored:
        yield plain(path, stored, SUFFIX)
