"""Collected files, each once: links, backups and compressed copies show the same lines again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from ..files import Files
from ..files.packed import plain, unpacked_name
from ..files.same_content import Content, digest, longer
from .places import SUFFIX, Choice, CollectionFile, find_collections
from .problems import Problems


def chosen_files(files: Files, choice: Choice, problems: Problems) -> list[CollectionFile]:
    """Return the chosen JSONL files by path, without copies.

    Args:
        files: see `find_collections`.
        choice: see `find_collections`; what it leaves out is nobody's original.
        problems: told of copies, and of what cannot be listed or followed.

    Raises:
        MissingFileError: see `find_collections`.
        SettingsError: see `find_collections`.
    """
    return without_copies(files, find_collections(files, choice, problems), problems)


def without_copies(
    files: Files, found: Iterable[CollectionFile], problems: Problems
) -> list[CollectionFile]:
    """Return files in their order, without those whose lines another of them has.

    A file is left out as a copy when it is another one by a second name, when it is equal to one
    beside it, and when it begins or is the file of the same place in a backup, or compressed. Each
    line has an id of its own, so equal files are never two. Only what may be a copy is read.

    Args:
        files: the tree.
        found: files of it.
        problems: told of copies.
    """
    known = list(found)
    order = {file.info.path: at for at, file in enumerate(known)}
    known.sort(key=lambda file: (len(file.info.path), file.info.path))
    once = _without_links(known, problems)
    once = _without_equals(files, once, problems)
    once = _without_backups(files, once, problems)
    return sorted(once, key=lambda file: order[file.info.path])


def _without_links(chosen: Iterable[CollectionFile], problems: Problems) -> list[CollectionFile]:
    names: dict[str, str] = {}
    kept = []
    for file in chosen:
        path = file.info.path
        name = names.setdefault(file.info.identity or path, path)
        if name == path:
            kept.append(file)
        else:
            problems.add_copy(path, f"is the same file as {name}")
    return kept


def _without_equals(
    files: Files, chosen: list[CollectionFile], problems: Problems
) -> list[CollectionFile]:
    alike = Counter(map(_beside, chosen))
    first_of: dict[tuple[str, int, bytes], str] = {}
    kept = []
    for file in chosen:
        path = file.info.path
        same = digest(partial(_opened, files), path) if alike[_beside(file)] > 1 else b""
        of = first_of.setdefault((*_beside(file), same), path) if same else path
        if of == path:
            kept.append(file)
        else:
            problems.add_copy(path, f"has the content of {of}")
    return kept


def _beside(file: CollectionFile) -> tuple[str, int]:
    """Return what equal files in one folder have in common."""
    return file.info.path.rpartition("/")[0], file.info.size


def _without_backups(
    files: Files, chosen: Iterable[CollectionFile], problems: Problems
) -> list[CollectionFile]:
    places: defaultdict[tuple[str, ...], list[CollectionFile]] = defaultdict(list)
    for file in chosen:
        kept = places[_place(file)]
        for at, other in enumerate(kept):
            of = longer(partial(_opened, files), other.info.path, file.info.path)
            if of is not None:
                shorter = file if of == other.info.path else other
                if shorter is other:
                    kept[at] = file
                problems.add_copy(shorter.info.path, f"has the content of {of}, or its beginning")
                break
        else:
            kept.append(file)
    return [file for kept in places.values() for file in kept]


def _place(file: CollectionFile) -> tuple[str, ...]:
    """Return what a file and its backups have in common."""
    name = unpacked_name(file.info.path.rpartition("/")[2])
    return file.endpoint, file.deployment, file.collection, file.rolled, name


@contextmanager
def _opened(files: Files, path: str) -> Iterator[Content]:
    with files.open(path) as stored:
        yield plain(path, stored, SUFFIX)
