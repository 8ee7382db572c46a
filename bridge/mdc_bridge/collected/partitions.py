"""Records in temporary files, divided so that one part fits into memory."""

from __future__ import annotations

import marshal
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Optional

from mdc_core.errors import StoreError

PART_BYTES = 16 * 1024 * 1024
# Two sets of open files stay below 256, which some systems allow a process.
MOST_PARTS = 96
# Without references to values that were written already, which cost more than they save.
_VERSION = 2
# Bytes of a record's length; reading records whole is ten times as fast as `marshal.load`.
_LENGTH = 8


class Partitions:
    """Tuples of plain values by the hash of a key: equal keys come to the same part.

    Args:
        parts: into how many; see `parts_for`.
        divided: into how many parts equal keys were divided before, so that these divide anew.
        folder: where they are kept, for `stored_part`; None for a temporary folder that is removed.

    Raises:
        StoreError: there is no temporary folder.
    """

    def __init__(self, parts: int, divided: int = 1, folder: Optional[Path] = None) -> None:
        self.parts = parts
        self._divided = divided
        self._is_kept = folder is not None
        self._folder = folder or temporary_folder()
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._open: dict[int, BinaryIO] = {}

    def __enter__(self) -> Partitions:
        return self

    def __exit__(self, *_: object) -> None:
        failed = None
        for stream in self._open.values():
            try:
                stream.close()
            except OSError as error:
                failed = error
        if not self._is_kept:
            # What was left in a buffer is not needed any more.
            shutil.rmtree(self._folder, ignore_errors=True)
        elif failed is not None:
            raise no_room(self._folder, failed) from failed

    def add(self, key: str, record: tuple[Any, ...]) -> None:
        """Keep a record for the part of its key.

        Raises:
            StoreError: the temporary folder cannot be written.
        """
        self.add_to(self.part_of(key), record)

    def part_of(self, key: str) -> int:
        """Return the number of the part of a key."""
        number = zlib.crc32(key.encode("utf-8", "surrogatepass"))
        return number // self._divided % self.parts

    def add_to(self, part: int, record: tuple[Any, ...]) -> None:
        """Keep a record for a part; see `add`."""
        content = marshal.dumps(record, _VERSION)
        try:
            stream = self._open.get(part)
            if stream is None:
                stream = self._open[part] = (self._folder / str(part)).open("w+b")
            stream.write(len(content).to_bytes(_LENGTH, "little") + content)
        except OSError as error:
            raise no_room(self._folder, error) from error

    @property
    def are_empty(self) -> bool:
        """Whether no record was kept."""
        return not self._open

    def size(self, part: int) -> int:
        """Return the bytes of a part's records."""
        return self._open[part].seek(0, os.SEEK_END) if part in self._open else 0

    def read(self, part: int) -> Iterator[tuple[Any, ...]]:
        """Yield a part's records in the order in which they came."""
        stream = self._open.get(part)
        if stream is None:
            return
        stream.seek(0)
        yield from _records(stream)


def stored_size(folder: Path, part: int) -> int:
    """Return the bytes of a part that was kept in a folder."""
    path = folder / str(part)
    return path.stat().st_size if path.exists() else 0


def stored_part(folder: Path, part: int) -> Iterator[tuple[Any, ...]]:
    """Yield the records of a part that was kept in a folder."""
    path = folder / str(part)
    if path.exists():
        with path.open("rb") as stream:
            yield from _records(stream)


def _records(stream: BinaryIO) -> Iterator[tuple[Any, ...]]:
    while True:
        length = stream.read(_LENGTH)
        if not length:
            return
        yield marshal.loads(stream.read(int.from_bytes(length, "little")))


def temporary_folder() -> Path:
    """Return a new folder, which the caller removes.

    Raises:
        StoreError: there is no place for it.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="mdc-bridge-"))
    except OSError as error:
        raise no_room(error.filename or "for what is read", error) from error


def no_room(folder: Path | str, error: OSError) -> StoreError:
    """Return the error for a temporary folder that cannot be written."""
    return StoreError(
        f"the temporary folder {folder} cannot be written: {error.strerror}; set TMPDIR to a "
        "folder with room for the data being read"
    )


def parts_for(total_bytes: int) -> int:
    """Return into how many parts files of so many bytes are divided."""
    return min(MOST_PARTS, 1 + total_bytes // PART_BYTES)
