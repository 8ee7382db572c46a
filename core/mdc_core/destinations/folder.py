"""A folder as destination: the spool is the destination, written is where the files are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..data.events import RawFile
from ..spool.journal import repair_segments
from ..spool.segments import Segments
from ..spool.shared_csv import SharedCsv
from .base import Destination


class FolderDestination(Destination):
    """JSONL segments of this writer, and CSV files shared with others, below one folder.

    Args:
        root: made when missing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._segments = Segments(root)
        self._csv = SharedCsv(root)

    def recover(self) -> int:
        return repair_segments(self._root)

    def append_lines(self, folder: str, lines: bytes) -> None:
        self._segments.append(folder, lines)

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        return self._csv.append(path, header, rows)

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        return self._segments.put_raw(folder, chunks)

    def sync(self) -> None:
        self._segments.sync()
        self._csv.sync()

    def close(self) -> None:
        self._csv.sync()
        self._segments.close()

    def abandon(self) -> None:
        self._segments.abandon()
