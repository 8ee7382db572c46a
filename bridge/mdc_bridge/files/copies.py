"""Files of a tree, each once: links, backups and compressed copies show the same content again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from hashlib import blake2b
from typing import Generic, NamedTuple, Optional, TypeVar

from mdc_core.errors import MissingFileError, UnreadableFileError

from .base import FileInfo, Readable

_AT_ONCE = 1024 * 1024


# Opens what a file holds, decompressed where it is compressed.
Opened = Callable[[str], AbstractContextManager[Readable]]
_File = TypeVar("_File")


class Where(NamedTuple):
    """Where a file is, and where its copies would be.

    Attributes:
        info: of the file.
        beside: what equal files beside each other have in common, apart from their size.
        place: what a file and its backups have in common.
    """

    info: FileInfo
    beside: Hashable
    place: Hashable


class Copies(Generic[_File]):
    """Leaves out files whose content another one has. Only what may be a copy is read.

    Args:
        where: returns where a file is.
        opened: opens the content of a path.
        on_copy: called with a file that is left out, and why.
        is_kept: whether a file counts although one beside it is equal.
    """

    def __init__(
        self,
        where: Callable[[_File], Where],
        opened: Opened,
        on_copy: Callable[[_File, str], None],
        is_kept: Callable[[_File], bool] = lambda _: False,
    ) -> None:
        self._where = where
        self._opened = opened
        self._on_copy = on_copy
        self._is_kept = is_kept

    def without(self, files: Iterable[_File]) -> list[_File]:
        """Return files without copies: of those that are the same, the first is the original.

        A file is a copy if it is another one by a second name, if it is equal to one beside it, or
        if it is the file of the same place elsewhere, or its beginning.
        """
        return self._without_backups(self._without_equals(self._without_links(files)))

    def _without_links(self, files: Iterable[_File]) -> list[_File]:
        names: dict[str, str] = {}
        kept = []
        for file in files:
            info = self._where(file).info
            name = names.setdefault(info.identity or info.path, info.path)
            if name == info.path:
                kept.append(file)
            else:
                self._on_copy(file, f"is the same file as {name}")
        return kept

    def _without_equals(self, files: list[_File]) -> list[_File]:
        alike = Counter(map(self._beside, files))
        first_of: dict[Hashable, str] = {}
        kept = []
        for file in files:
            path = self._where(file).info.path
            same = _digest(self._opened, path) if alike[self._beside(file)] > 1 else b""
            of = first_of.setdefault((self._beside(file), same), path) if same else path
            if of == path or self._is_kept(file):
                kept.append(file)
            else:
                self._on_copy(file, f"has the content of {of}")
        return kept

    def _beside(self, file: _File) -> Hashable:
        where = self._where(file)
        return where.beside, where.info.size

    def _without_backups(self, files: list[_File]) -> list[_File]:
        places: dict[Hashable, list[_File]] = {}
        for file in files:
            where = self._where(file)
            kept = places.setdefault(where.place, [])
            for at, other in enumerate(kept):
                of = _longer(self._opened, self._where(other).info.path, where.info.path)
                if of is not None:
                    is_longer = of == where.info.path
                    kept[at] = file if is_longer else other
                    reason = f"has the content of {of}, or its beginning"
                    self._on_copy(other if is_longer else file, reason)
                    break
            else:
                kept.append(file)
        return [file for kept in places.values() for file in kept]


def _digest(opened: Opened, path: str) -> bytes:
    """Return a hash of a file's content; nothing if it holds none, or cannot be read."""
    digest = blake2b()
    is_empty = True
    try:
        with opened(path) as content:
            while part := content.read(_AT_ONCE):
                digest.update(part)
                is_empty = False
    except (UnreadableFileError, MissingFileError):
        return b""
    return b"" if is_empty else digest.digest()


def _longer(opened: Opened, first: str, second: str) -> Optional[str]:
    """Return the file that holds all of the other one, the first of equal ones; None for neither.

    What holds nothing, or cannot be read, is no copy.
    """
    try:
        with opened(first) as one, opened(second) as two:
            left, right = one.read(_AT_ONCE), two.read(_AT_ONCE)
            is_empty = not (left and right)
            while left and right:
                size = min(len(left), len(right))
                if left[:size] != right[:size]:
                    return None
                left = left[size:] or one.read(_AT_ONCE)
                right = right[size:] or two.read(_AT_ONCE)
    except (UnreadableFileError, MissingFileError):
        return None
    if is_empty:
        return None
    return second if right else first
