"""The in-memory destination: the twin of a folder, for tests of scoring scripts and of ours."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..data.events import RawFile
from ..ids import new_instance_id
from ..layouts import JSONL_ROOT, JsonlFile, segment_name
from .base import Destination


class MemoryDestination(Destination):
    """Files as bytes by path.

    Args:
        name: part of the URLs of raw files.

    Attributes:
        before_reading: called before anybody reads, so that what was collected is here by then.
    """

    def __init__(self, name: str = "test") -> None:
        self.name = name
        self.before_reading: Callable[[], object] = lambda: None
        self._files: dict[str, bytes] = {}
        self._instance = new_instance_id()
        self._segments: dict[str, str] = {}
        self._sequence = 0

    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        path = self._segments.get(folder)
        if path is None:
            path = self._segments[folder] = self._next_path(folder)
        self._files[path] = self._files.get(path, b"") + lines

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        self._files[path] = (self._files.get(path) or header) + rows
        return 0

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        path = self._next_path(folder)
        self._files[path] = b"".join(chunks)
        return RawFile(f"memory://{self.name}/{path}", len(self._files[path]), path)

    def discard_raw(self, raw: RawFile) -> None:
        del self._files[raw.path]

    @property
    def files(self) -> dict[str, bytes]:
        """Content by path from the root down, as a folder would hold it."""
        self.before_reading()
        return self._files

    def lines(self, collection: str) -> list[dict[str, Any]]:
        """Return the JSONL lines of a collection, parsed."""
        return [
            json.loads(line)
            for path, content in self.files.items()
            if path.startswith(JSONL_ROOT) and _collection_of(path) == collection
            for line in content.splitlines()
        ]

    def rows(self, designation: str) -> list[list[str]]:
        """Return the CSV rows, headers included, of all files of a designation."""
        return [
            row
            for path, content in self.files.items()
            if f"/{designation}/" in path and path.endswith(".csv")
            for row in _parsed(content.decode())
        ]

    def _next_path(self, folder: str) -> str:
        path = f"{folder}/{segment_name(self._instance, self._sequence)}"
        self._sequence += 1
        return path


def _parsed(text: str) -> list[list[str]]:
    # Before Python 3.11 the csv module reads no NUL.
    stand_in = next(each for each in map(chr, range(0xE000, 0xF900)) if each not in text)
    rows = csv.reader(io.StringIO(text.replace("\0", stand_in), newline=""))
    return [[cell.replace(stand_in, "\0") for cell in row] for row in rows]


def _collection_of(path: str) -> str:
    try:
        return JsonlFile.parse(path).collection
    except ValueError:
        return ""
