"""A disk that loses its power: what it may hold then, by what was synced."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Dict, List

import pytest

# By path, the number of the file that has this name.
Names = Dict[str, int]


class LosingDisk:
    """Follows what is synced below a folder, and makes of it what a loss of power may leave.

    Names are as of one moment since a folder was synced last. Each file has, on its own, what it
    had when it was synced, what it had last, or anything between where it only grew.

    Args:
        root: the folder; nothing else writes there.
        monkeypatch: takes `os.fsync` and `os.fdatasync`.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root
        # Files are held open, so that no number is used again.
        self._files: Dict[int, int] = {}
        self._synced: Dict[int, bytes] = {}
        self._moments: List[Names] = [{}]
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, self._following(getattr(os, name)))

    def look(self) -> None:
        """Remember the names of this moment."""
        self._moments.append(dict(self._names()))

    def lose_power(self, choose: Callable[[int], int]) -> None:
        """Leave what the disk may hold; nothing may have a file of it open.

        Args:
            choose: returns a number from 0 to the given one.
        """
        self.look()
        names = self._moments[choose(len(self._moments) - 1)]
        contents = {path: self._some_content(number, choose) for path, number in names.items()}
        modes = {
            path: stat.S_IMODE(os.fstat(self._files[number]).st_mode)
            for path, number in names.items()
        }
        for descriptor in self._files.values():
            os.close(descriptor)
        for path in self._root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path, content in contents.items():
            place = self._root / path
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(content)
            place.chmod(modes[path])
        self._files.clear()
        self._synced.clear()
        self._moments = [dict(self._names())]
        self._synced = {number: self._content(number) for number in self._files}

    def _following(self, sync: Callable[[int], None]) -> Callable[[int], None]:
        def follow(descriptor: int) -> None:
            sync(descriptor)
            found = os.fstat(descriptor)
            names = dict(self._names())
            if stat.S_ISDIR(found.st_mode):
                self._moments = [names]
            elif found.st_ino in self._files:
                self._synced[found.st_ino] = self._content(found.st_ino)

        return follow

    def _names(self) -> Iterator[tuple[str, int]]:
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):
                    number = path.stat().st_ino
                    if number not in self._files:
                        self._files[number] = os.open(path, os.O_RDONLY)
                    yield str(path.relative_to(self._root)), number

    def _content(self, number: int) -> bytes:
        descriptor = self._files[number]
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0)

    def _some_content(self, number: int, choose: Callable[[int], int]) -> bytes:
        synced, last = self._synced.get(number, b""), self._content(number)
        if last.startswith(synced):
            return last[: len(synced) + choose(len(last) - len(synced))]
        return last if choose(1) else synced
